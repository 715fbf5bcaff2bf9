package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.DrainResult.End;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import dev.evenkeel.lb.okhttp.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** Restarts three backend processes one after the other under load, each at the end of its drain. */
final class RollingRestartIT {
    private static final int CLIENTS = 16;
    private static final int CALLS_BETWEEN = 2_000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration WATCHDOG = Duration.ofSeconds(60);

    @Test
    void no_call_fails() throws Exception {
        List<JarProcess> processes = new ArrayList<>();
        try {
            List<Endpoint> endpoints = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                JarProcess process = start(name, 0);
                processes.add(process);
                endpoints.add(Endpoint.of(process.printed().await("listens on (http://[0-9.:]+),")));
            }
            LoadBalancers assembly = LoadBalancers.named("demo")
                    .backends(endpoints)
                    .healthCheck(HttpHealthCheck.get("/health")
                            .every(Duration.ofSeconds(1))
                            .start(HealthCheck.Start.PESSIMISTIC));
            try (LoadBalancer demo = assembly.build()) {
                // No retries: a call that reached a backend on its way out would be saved by one, and not be seen.
                OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                        .balancers(demo)
                        .retries(RetryPolicy.OFF)
                        .build();
                assertThat(demo.awaitReady(WATCHDOG)).isTrue();
                awaitAllUp(demo);
                try (Crowd crowd = Crowd.start(CLIENTS, client, "http://demo/")) {
                    for (int i = 0; i < endpoints.size(); i++) {
                        crowd.awaitMore(CALLS_BETWEEN);
                        processes.set(i, restart(demo, endpoints.get(i), processes.get(i), i));
                        awaitAllUp(demo);
                    }
                    crowd.awaitMore(CALLS_BETWEEN);
                    crowd.stop();
                    System.out.println("rolling restart: " + crowd.failures().size() + " failed of " + crowd.calls());
                    assertThat(crowd.failures())
                            .as("failed of %s calls", crowd.calls())
                            .isEmpty();
                }
            }
        } finally {
            processes.forEach(JarProcess::close);
        }
    }

    private static JarProcess restart(LoadBalancer demo, Endpoint endpoint, JarProcess running, int number)
            throws Exception {
        CompletableFuture<DrainResult> drained = new CompletableFuture<>();
        demo.drain(endpoint, DEADLINE, drained::complete);
        assertThat(drained.get(WATCHDOG.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new DrainResult(endpoint, End.IDLE, 0));
        running.kill();
        JarProcess restarted = start("restarted-" + number, endpoint.port());
        assertThat(restarted.printed().await("listens on (http://[0-9.:]+),")).isEqualTo(endpoint.url());
        demo.resume(endpoint);
        return restarted;
    }

    private static void awaitAllUp(LoadBalancer demo) {
        long start = System.nanoTime();
        while (demo.snapshot().count(BackendState.UP) < 3) {
            assertThat(System.nanoTime() - start).isLessThan(WATCHDOG.toNanos());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static JarProcess start(String name, int port) throws IOException {
        return JarProcess.start("backend", "--port", String.valueOf(port), "--name", name);
    }
}
