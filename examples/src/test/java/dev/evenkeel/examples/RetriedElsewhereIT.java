package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills one of three backend processes with SIGKILL under load, with the defaults of {@code wrap}. Makes 20,000 calls; {@code
 * -Devenkeel.killed.calls=100000} makes more.
 */
@Timeout(240)
final class RetriedElsewhereIT {
    private static final int CALLS = Integer.getInteger("evenkeel.killed.calls", 20_000);
    private static final int CLIENTS = 32;

    /** So many that more of them are on one backend at once than a cold budget has extra attempts. */
    private static final int CLIENTS_IN_THE_COLD = 256;

    private static final int LEAST_PER_SECOND = 1_000;
    private static final long WATCHDOG_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Test
    void with_a_warm_budget_no_get_fails_and_the_load_keeps_to_the_budget() throws Exception {
        assertThat(killedAfter(CALLS / 2, CLIENTS, "warm")).isZero();
    }

    @Test
    void with_a_cold_budget_what_fails_is_told_and_the_load_keeps_to_the_budget() throws Exception {
        // Each caller may fail while the budget holds 30 attempts and the share of a few calls, and then all is known.
        assertThat(killedAfter(1, CLIENTS_IN_THE_COLD, "cold")).isLessThanOrEqualTo(CLIENTS_IN_THE_COLD);
    }

    /** Returns how many calls failed. */
    private static int killedAfter(int before, int clients, String budget) throws Exception {
        try (JarProcess a = JarProcess.start("backend", "--port", "0", "--name", "a");
                JarProcess b = JarProcess.start("backend", "--port", "0", "--name", "b");
                JarProcess c = JarProcess.start("backend", "--port", "0", "--name", "c");
                LoadBalancer demo = LoadBalancers.named("demo")
                        .backends(url(a), url(b), url(c))
                        .healthCheck(
                                HttpHealthCheck.get("/health").withDefaults().start(HealthCheck.Start.PESSIMISTIC))
                        .build()) {
            awaitAllUp(demo);
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), demo);
            long start = System.nanoTime();
            try (Crowd crowd = Crowd.start(clients, client, "http://demo/")) {
                crowd.awaitMore(before);
                b.kill();
                crowd.awaitMore(CALLS - before);
                crowd.stop();
                double seconds = (System.nanoTime() - start) / 1e9;
                long extra = demo.snapshot().backends().stream()
                                .mapToLong(backend -> backend.traffic().attempts())
                                .sum()
                        - crowd.calls();
                String note = String.format(
                        "%s budget: %d of %d calls failed, %d extra attempts, %.0f calls a second",
                        budget, crowd.failures().size(), crowd.calls(), extra, crowd.calls() / seconds);
                System.out.println(note);
                crowd.failures().forEach(failure -> System.out.println("  " + failure.what()));
                assertThat(crowd.calls() / seconds).as(note).isGreaterThan(LEAST_PER_SECOND);
                assertThat(extra).as(note).isBetween(1L, (long) (crowd.calls() / 5 + 30 + 3 * seconds));
                assertThat(demo.snapshot().backends())
                        .extracting(BackendSnapshot::state)
                        .as(note)
                        .containsExactly(BackendState.UP, BackendState.DOWN, BackendState.UP);
                return crowd.failures().size();
            } finally {
                client.connectionPool().evictAll();
            }
        }
    }

    private static void awaitAllUp(LoadBalancer demo) {
        long start = System.nanoTime();
        while (demo.snapshot().count(BackendState.UP) < 3) {
            assertThat(System.nanoTime() - start).isLessThan(WATCHDOG_NANOS);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static String url(JarProcess backend) throws IOException {
        return backend.printed().await("listens on (http://[0-9.:]+),");
    }
}
