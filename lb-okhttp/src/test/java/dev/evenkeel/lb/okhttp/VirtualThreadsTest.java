package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Calls on virtual threads, of which Java 17 has none: there is nothing to test before 21. */
@Timeout(60)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest extends BalancedCalls {
    private static final int CALLS = 200;

    private ExecutorService threads = Executors.newSingleThreadExecutor();

    @BeforeEach
    void makeThreads() throws ReflectiveOperationException {
        threads.shutdown();
        // Compiled for 17, which does not know it.
        threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Answers nobody before all have asked. */
    private RawServer.Script together(CountDownLatch asked) {
        return connection -> {
            connection.readHead();
            asked.countDown();
            try {
                assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        };
    }

    @Test
    void calls_that_wait_on_virtual_threads_are_all_in_flight_at_once() throws Exception {
        CountDownLatch asked = new CountDownLatch(CALLS);
        OkHttpClient client = client(together(asked), builder -> builder);
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            answers.add(threads.submit(() -> {
                try (Response response = client.newCall(GET).execute()) {
                    return response.body().string();
                }
            }));
        }
        for (Future<String> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("ok");
        }
        assertInFlight(0);
        assertThat(balancer.acquired()).isEqualTo(CALLS);
    }

    @Test
    void dispatcher_on_virtual_threads_is_kept_and_works() throws Exception {
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(CALLS);
        dispatcher.setMaxRequestsPerHost(CALLS);
        CountDownLatch asked = new CountDownLatch(CALLS);
        OkHttpClient client = client(together(asked), builder -> builder.dispatcher(dispatcher));
        assertThat(client.dispatcher()).isSameAs(dispatcher);
        List<Ending> endings = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            endings.add(Ending.of(client.newCall(GET)));
        }
        for (Ending ending : endings) {
            assertThat(ending.body()).isEqualTo("ok");
        }
        assertThat(balancer.acquired()).isEqualTo(CALLS);
    }

    @Test
    void interrupted_virtual_thread_blames_no_backend() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        OkHttpClient client = client(
                connection -> {
                    connection.readHead();
                    asked.countDown();
                    connection.untilClosed();
                },
                builder -> builder);
        Future<String> answer = threads.submit(() -> {
            try (Response response = client.newCall(GET).execute()) {
                return response.body().string();
            }
        });
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        answer.cancel(true);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void calls_share_a_real_balancer_evenly() throws Exception {
        try (RawServer a = RawServer.answering(OK);
                RawServer b = RawServer.answering(OK);
                var orders =
                        LoadBalancers.named("orders").backends(a.url(), b.url()).build()) {
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            List<Future<Integer>> codes = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                codes.add(threads.submit(() -> {
                    try (Response response = client.newCall(GET).execute()) {
                        return response.code();
                    }
                }));
            }
            for (Future<Integer> code : codes) {
                assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
            assertThat(a.heads).hasSize(CALLS / 2);
            assertThat(b.heads).hasSize(CALLS / 2);
            assertThat(orders.snapshot().backends())
                    .allMatch(backend -> backend.traffic().inFlight() == 0);
        }
    }
}
