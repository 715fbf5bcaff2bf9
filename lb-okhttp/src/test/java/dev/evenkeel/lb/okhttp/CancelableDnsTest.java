package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A resolver that hangs holds a balanced call no longer than the call lives. */
@Timeout(60)
class CancelableDnsTest {
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();

    /** Opened when a test is over, so that what hangs until then would have kept its call from ending. */
    private final CountDownLatch over = new CountDownLatch(1);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<Thread> askers = new CopyOnWriteArrayList<>();

    /** Hangs for names that begin with "slow", and answers for others with this machine. */
    private final Dns resolver = host -> {
        names.add(host);
        askers.add(Thread.currentThread());
        asked.countDown();
        if (host.startsWith("slow")) {
            await(over);
        }
        return List.of(InetAddress.getLoopbackAddress());
    };

    @AfterEach
    void end() {
        over.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a resolver here", e);
        }
    }

    private OkHttpClient client(Transport transport, OkHttpClient.Builder base, String url) {
        return Evenkeel.wrapping(base.dns(resolver).build())
                .balancers(FakeBalancer.orders(url))
                .transport("orders", transport)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_call_timeout_ends_a_call_whose_name_is_not_resolved(Transport transport) throws Exception {
        OkHttpClient client =
                client(transport, new OkHttpClient.Builder().callTimeout(Duration.ofMillis(50)), "http://slow.test");
        assertThat(Ending.of(client.newCall(GET)).failure()).hasMessage("timeout");
        assertThat(names).containsExactly("slow.test");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_cancel_ends_a_call_whose_name_is_not_resolved(Transport transport) throws Exception {
        Call call = client(transport, new OkHttpClient.Builder(), "http://slow.test")
                .newCall(GET);
        Ending ending = Ending.of(call);
        await(asked);
        call.cancel();
        assertThat(ending.failure()).isNotNull();
        assertThat(names).containsExactly("slow.test");
    }

    @Test
    void a_cancel_right_before_the_name_is_asked_for_ends_the_call() throws Exception {
        EventListener canceling = new EventListener() {
            @Override
            public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
                call.cancel();
            }
        };
        OkHttpClient client =
                client(Transport.REWRITE, new OkHttpClient.Builder().eventListener(canceling), "http://slow.test");
        assertThat(Ending.of(client.newCall(GET)).failure()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_deadline_ends_a_call_whose_name_is_not_resolved(Transport transport) throws Exception {
        Request request = GET.newBuilder()
                .tag(Deadline.class, Deadline.after(Duration.ofMillis(50)))
                .build();
        Call call = client(transport, new OkHttpClient.Builder(), "http://slow.test")
                .newCall(request);
        assertThat(Ending.of(call).failure()).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void an_interrupt_ends_the_wait_and_stays() throws Exception {
        OkHttpClient client = client(Transport.REWRITE, new OkHttpClient.Builder(), "http://slow.test");
        List<Object> seen = new CopyOnWriteArrayList<>();
        Thread caller = new Thread(() -> {
            try (Response response = client.newCall(GET).execute()) {
                seen.add(response);
            } catch (IOException e) {
                seen.add(e.getClass());
            }
            seen.add(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await(asked);
        caller.interrupt();
        caller.join(Eventually.WATCHDOG.toMillis());
        assertThat(seen).containsExactly(UnknownHostException.class, true);
    }

    @Test
    void calls_that_wait_for_one_name_ask_once() throws Exception {
        OkHttpClient client = client(
                Transport.REWRITE, new OkHttpClient.Builder().callTimeout(Duration.ofMillis(200)), "http://slow.test");
        List<Ending> endings = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            endings.add(Ending.of(client.newCall(GET)));
        }
        for (Ending ending : endings) {
            assertThat(ending.failure()).hasMessage("timeout");
        }
        assertThat(names).containsExactly("slow.test");
    }

    @Test
    void a_name_that_is_resolved_is_called_and_its_thread_ends_with_the_balancer() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            String url =
                    "http://quick.test:" + server.url().substring(server.url().lastIndexOf(':') + 1);
            try (LoadBalancer orders =
                    LoadBalancers.named("orders").backends(url).build()) {
                OkHttpClient client =
                        Evenkeel.wrap(new OkHttpClient.Builder().dns(resolver).build(), orders);
                try (Response response = client.newCall(GET).execute()) {
                    assertThat(response.body().string()).isEqualTo("ok");
                }
                assertThat(askers)
                        .singleElement()
                        .satisfies(asker -> assertThat(asker.isDaemon()).isTrue());
                assertThat(askers.get(0).getName()).isEqualTo("evenkeel-orders-dns-1");
            }
            askers.get(0).join(TimeUnit.SECONDS.toMillis(4)); // less than an idle one stays
            assertThat(askers.get(0).isAlive()).isFalse();
        }
    }

    @Test
    void other_calls_ask_the_resolver_themselves() throws Exception {
        OkHttpClient client = client(Transport.REWRITE, new OkHttpClient.Builder(), "http://slow.test");
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            String port = server.url().substring(server.url().lastIndexOf(':') + 1);
            Request other =
                    new Request.Builder().url("http://other.test:" + port).build();
            try (Response response = client.newCall(other).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
        }
        assertThat(askers).containsExactly(Thread.currentThread());
    }

    @Test
    void what_a_resolver_throws_is_told_as_an_unknown_host() {
        Dns broken = host -> {
            throw new IllegalStateException("mine");
        };
        OkHttpClient client =
                Evenkeel.wrap(new OkHttpClient.Builder().dns(broken).build(), FakeBalancer.orders("http://a.test"));
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("a.test: the resolver failed: java.lang.IllegalStateException: mine")
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void each_call_has_a_failure_of_its_own() throws Exception {
        UnknownHostException known = new UnknownHostException("no such name");
        CountDownLatch both = new CountDownLatch(2);
        Dns unknown = host -> {
            await(both);
            throw known;
        };
        OkHttpClient client = Evenkeel.wrapping(
                        new OkHttpClient.Builder().dns(unknown).build())
                .balancers(FakeBalancer.orders("http://a.test"))
                .retries(RetryPolicy.OFF)
                .build();
        Ending one = Ending.of(client.newCall(GET));
        Ending two = Ending.of(client.newCall(GET));
        both.countDown();
        both.countDown();
        assertThat(one.failure()).isInstanceOf(UnknownHostException.class).hasMessage("no such name");
        assertThat(two.failure()).isNotSameAs(one.failure()).isNotSameAs(known);
    }

    @Test
    void a_resolver_of_an_interceptor_leaves_nothing_to_the_next_call_of_the_thread() throws Exception {
        OkHttpClient client = client(Transport.REWRITE, new OkHttpClient.Builder(), "http://a.test");
        Dns failing = host -> {
            throw new UnknownHostException("by an interceptor");
        };
        OkHttpClient.Builder changed = client.newBuilder();
        changed.interceptors().add(0, chain -> chain.withDns(failing).proceed(chain.request()));
        assertThatThrownBy(() -> changed.build().newCall(GET).execute()).isInstanceOf(UnknownHostException.class);
        assertThat(client.dns().lookup("other.test")).isNotEmpty();
        assertThat(askers).containsExactly(Thread.currentThread());
    }

    @Test
    void a_resolver_that_is_asynchronous_by_itself_stays_so() {
        Dns.Request request = new Dns.Request("a.test");
        Dns.Call own = new Dns.Call() {
            @Override
            public Dns.Request getRequest() {
                return request;
            }

            @Override
            public void enqueue(Dns.Callback callback) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void cancel() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isCanceled() {
                return false;
            }
        };
        Dns asynchronous = new Dns() {
            @Override
            public List<InetAddress> lookup(String hostname) {
                return List.of();
            }

            @Override
            public Dns.Call newCall(Dns.Request asked) {
                return own;
            }
        };
        assertThat(CancelableDns.of(asynchronous, "orders").newCall(request)).isSameAs(own);
        assertThat(CancelableDns.of(resolver, "orders").newCall(request))
                .isNotSameAs(own)
                .hasSameClassAs(resolver.newCall(request));
    }
}
