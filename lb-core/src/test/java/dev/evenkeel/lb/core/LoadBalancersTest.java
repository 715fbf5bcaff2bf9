package dev.evenkeel.lb.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builder makes of bad input: a message with the value and the rule. */
class LoadBalancersTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "Orders", "or ders", "-orders", "orders-", "a/b", "ümlaut", "orders:80"})
    void refuses_a_name_that_cannot_be_a_host(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadBalancers.named(name))
                .withMessageContaining("was \"" + name + "\"");
    }

    @Test
    void refuses_a_malformed_backend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadBalancers.named("orders").backends("10.0.0.1:8080"))
                .withMessageContaining("\"10.0.0.1:8080\"");
    }

    @Test
    void refuses_the_same_backend_twice() {
        LoadBalancers builder = LoadBalancers.named("orders").backends("http://a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backends("http://b", "http://A:80/"))
                .withMessage("orders: backend http://a:80 was given twice");
    }

    @Test
    void refuses_to_start_without_a_backend() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoadBalancers.named("orders").build())
                .withMessage("orders: no backends; give at least one to backends(...), or a source(...)");
    }

    @Test
    void refuses_a_probe_timeout_longer_than_the_interval() {
        HealthCheck check = HealthCheck.of((endpoint, timeout) -> Verdict.pass())
                .every(ofSeconds(1))
                .timeout(ofSeconds(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders().healthCheck(check).build())
                .withMessageContaining("was PT2S with an interval of PT1S");
    }

    @Test
    void refuses_a_policy_that_makes_no_selector() {
        assertThatIllegalStateException()
                .isThrownBy(() -> orders().policy(new Broken()).build())
                .withMessageContaining("orders: policy broken fails")
                .withMessageContaining("no idea");
    }

    @Test
    void without_a_health_check_every_backend_is_up() {
        try (LoadBalancer orders = orders().time(ManualTime.create()).build()) {
            assertThat(orders.snapshot()).hasToString("""
                            orders: 2 of 2 backends up, round-robin, plan 1
                              http://a:80 up, weight 1, 0 in flight, 0 attempts, 0 failed
                              http://b:80 up, weight 3, 0 in flight, 0 attempts, 0 failed""");
        }
    }

    private static LoadBalancers orders() {
        return LoadBalancers.named("orders")
                .backends("http://a")
                .backends(List.of(Endpoint.of("http://b").withWeight(3)));
    }

    private static final class Broken implements Selector.Factory {
        @Override
        public Selector create(Candidates candidates) {
            throw new UnsupportedOperationException("no idea");
        }

        @Override
        public String name() {
            return "broken";
        }
    }
}
