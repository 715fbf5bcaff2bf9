package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a backend process with SIGKILL under load, with health checks at their defaults. */
final class KilledBackendIT {
    private static final int CLIENTS = 32;
    private static final int CALLS_BEFORE = 3_000;
    private static final int CALLS_AFTER = 10_000;
    private static final long WATCHDOG_SECONDS = 60;
    private static final Duration BOUND = Duration.ofSeconds(1);

    /** Which way the calls go. */
    private enum Way {
        WRAPPED_CLIENT,
        PROXY
    }

    /** When the balancer said so, and how many attempts the victim had been given by then. */
    private record Detection(long at, long attempts) {}

    @ParameterizedTest
    @EnumSource(Way.class)
    void it_is_out_within_a_second_and_gets_no_call_after_that(Way way) throws Exception {
        try (JarProcess a = JarProcess.start("backend", "--port", "0", "--name", "a");
                JarProcess b = JarProcess.start("backend", "--port", "0", "--name", "b");
                JarProcess c = JarProcess.start("backend", "--port", "0", "--name", "c")) {
            String victim = url(b);
            CompletableFuture<Detection> detection = new CompletableFuture<>();
            AtomicBoolean isKilled = new AtomicBoolean();
            LoadBalancers assembly = LoadBalancers.named("demo")
                    .backends(url(a), victim, url(c))
                    .healthCheck(HttpHealthCheck.get("/health").withDefaults().start(HealthCheck.Start.PESSIMISTIC))
                    .listener(event -> {
                        // On a busy machine it can be down for a while before; that is no detection.
                        if (isKilled.get()) {
                            detected(event, victim, detection);
                        }
                    });
            try (BalancedProxy proxy = BalancedProxy.start(assembly, builder -> builder.listen("127.0.0.1:0"))) {
                awaitAllUp(proxy);
                OkHttpClient plain = new OkHttpClient.Builder()
                        .connectionPool(new ConnectionPool(CLIENTS, 1, TimeUnit.MINUTES))
                        .build();
                OkHttpClient client = way == Way.PROXY ? plain : proxy.client();
                String target = way == Way.PROXY ? "http://127.0.0.1:" + proxy.port() + "/" : "http://demo/";
                try (Crowd crowd = Crowd.start(CLIENTS, client, target)) {
                    crowd.awaitMore(CALLS_BEFORE);
                    assertThat(crowd.failures()).as("before the kill").isEmpty();

                    awaitAllUp(proxy);
                    isKilled.set(true);
                    long killed = System.nanoTime();
                    b.kill();
                    Detection out = detection.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
                    crowd.awaitMore(CALLS_AFTER);
                    crowd.stop();

                    List<Crowd.Failure> failures = crowd.failures();
                    String note = way + ": out after " + (out.at() - killed) / 1_000_000 + " ms, " + failures.size()
                            + " failed of " + crowd.calls() + " calls";
                    System.out.println(note);
                    assertThat(Duration.ofNanos(out.at() - killed)).as(note).isLessThan(BOUND);
                    assertThat(failures)
                            .as("failed calls of %s began before the detection", note)
                            .allMatch(failure -> failure.start() - out.at() < 0);
                    BackendSnapshot after = snapshot(proxy, victim);
                    assertThat(after.state()).isEqualTo(BackendState.DOWN);
                    assertThat(after.traffic().attempts())
                            .as("attempts at the end, as at the detection")
                            .isEqualTo(out.attempts());
                    assertThat(after.traffic().inFlight()).isZero();
                } finally {
                    plain.connectionPool().evictAll();
                }
            }
        }
    }

    /** A backend that has never passed goes out at its first failure, which would prove less. */
    private static void awaitAllUp(BalancedProxy proxy) {
        long start = System.nanoTime();
        while (proxy.balancer().snapshot().count(BackendState.UP) < 3) {
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static void detected(LoadBalancerEvent event, String victim, CompletableFuture<Detection> detection) {
        BackendSnapshot subject = event.backend();
        if (event.kind() == Kind.DOWN
                && subject != null
                && subject.endpoint().url().equals(victim)) {
            detection.complete(
                    new Detection(System.nanoTime(), subject.traffic().attempts()));
        }
    }

    private static BackendSnapshot snapshot(BalancedProxy proxy, String url) {
        return proxy.balancer().snapshot().backends().stream()
                .filter(backend -> backend.endpoint().url().equals(url))
                .findFirst()
                .orElseThrow();
    }

    private static String url(JarProcess backend) throws IOException {
        return backend.printed().await("listens on (http://[0-9.:]+),");
    }
}
