package dev.evenkeel.lb.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connect that times out late tells of the past. */
class StaleNewsTest {
    private static final Outcome TIMED_OUT = Outcome.unreachable(new SocketTimeoutException("connect timed out"));

    private final ManualTime time = ManualTime.create();
    private boolean up = true;
    private final LoadBalancer orders = LoadBalancers.named("orders")
            .backends("http://a")
            .healthCheck(HealthCheck.of((endpoint, timeout) -> up ? Verdict.pass() : Verdict.fail("HTTP 503"))
                    .every(ofSeconds(1)))
            .time(time)
            .build();

    @Test
    void connect_failures_from_before_the_backend_came_back_do_not_count() throws Exception {
        time.advance(ofSeconds(5));
        List<Lease> old = leases();
        up = false;
        time.advance(ofSeconds(10));
        assertThat(state()).isEqualTo(BackendState.DOWN);
        up = true;
        time.advance(ofSeconds(10));
        old.forEach(lease -> lease.complete(TIMED_OUT));
        assertThat(state()).isEqualTo(BackendState.UP);
        leases().forEach(lease -> lease.complete(TIMED_OUT));
        assertThat(state()).as("three of now do").isEqualTo(BackendState.DOWN);
    }

    private List<Lease> leases() throws Exception {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            leases.add(orders.acquire());
        }
        return leases;
    }

    private BackendState state() {
        return orders.snapshot().backends().get(0).state();
    }
}
