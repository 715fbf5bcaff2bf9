package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What stands in the log of a balancer on a clock that is turned by hand. */
@ResourceLock(Resources.SYSTEM_ERR)
class TransitionLogTest {
    @Test
    void one_line_for_each_change_and_none_for_a_probe() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.err;
        AtomicInteger probes = new AtomicInteger();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            flap(probes);
        } finally {
            System.setErr(before);
        }

        List<String> lines = written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("logged: "))
                .toList();
        assertThat(probes).hasValueGreaterThan(200);
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).contains("INFO").contains("http://a:8080 is JOINED");
        assertThat(lines.get(1)).contains("INFO").contains("http://b:8080 is JOINED");
        assertThat(lines.get(2)).contains("WARN").contains("http://a:8080 is DOWN: 3 failed probes: HTTP 503");
        assertThat(lines.get(3)).contains("INFO").contains("http://a:8080 is UP: 2 passed probes");
        assertThat(lines.get(4)).contains("WARN").contains("http://a:8080 is DOWN: 3 failed probes: HTTP 503");
    }

    private static void flap(AtomicInteger probes) {
        AtomicBoolean sick = new AtomicBoolean();
        ManualTime time = ManualTime.create();
        try (LoadBalancer logged = LoadBalancers.named("logged")
                .backends("http://a:8080", "http://b:8080")
                .healthCheck((endpoint, timeout) -> {
                    probes.incrementAndGet();
                    return endpoint.host().equals("a") && sick.get() ? Verdict.fail("HTTP 503") : Verdict.pass();
                })
                .time(time)
                .build()) {
            for (boolean next : new boolean[] {false, true, false, true}) {
                sick.set(next);
                time.advance(Duration.ofMinutes(5));
            }
            assertThat(logged.snapshot().toString()).contains("1 of 2 backends up");
        }
    }
}
