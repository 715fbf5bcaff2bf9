package dev.evenkeel.lb.api;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final HealthCheck CHECK = HealthCheck.of((endpoint, timeout) -> Verdict.pass());

    @Test
    void the_defaults_are_the_documented_ones() {
        assertThat(CHECK.cadence().interval()).isEqualTo(ofSeconds(10));
        assertThat(CHECK.cadence().transitionInterval()).isEqualTo(ofSeconds(2));
        assertThat(CHECK.cadence().downInterval()).isEqualTo(ofSeconds(10));
        assertThat(CHECK.cadence().timeout()).isEqualTo(ofSeconds(3));
        assertThat(CHECK.cadence().jitter()).isEqualTo(0.1);
        assertThat(CHECK.thresholds()).isEqualTo(new Thresholds(2, 3, HealthCheck.Start.OPTIMISTIC));
        assertThat(CHECK.maxConcurrentProbes()).isEqualTo(64);
    }

    @Test
    void what_was_not_set_follows_a_short_interval() {
        Cadence cadence = CHECK.every(ofMillis(500)).cadence();
        assertThat(cadence.transitionInterval()).isEqualTo(ofMillis(500));
        assertThat(cadence.downInterval()).isEqualTo(ofMillis(500));
        assertThat(cadence.timeout()).isEqualTo(ofMillis(500));
        assertThat(cadence.checked()).isSameAs(cadence);
    }

    @Test
    void the_order_of_the_setters_does_not_matter() {
        Cadence cadence = CHECK.timeout(ofSeconds(5)).every(ofSeconds(6)).cadence();
        assertThat(cadence.checked().timeout()).isEqualTo(ofSeconds(5));
        assertThat(cadence.interval()).isEqualTo(ofSeconds(6));
    }

    @Test
    void refuses_a_timeout_longer_than_the_interval_with_both() {
        Cadence cadence = CHECK.every(ofSeconds(2)).timeout(ofSeconds(3)).cadence();
        refused(cadence::checked, "must not be longer than the probe interval, was PT3S with an interval of PT2S");
    }

    @Test
    void refuses_values_out_of_range_with_name_and_value() {
        refused(() -> CHECK.every(ofSeconds(-1)), "probe interval must be between PT0.001S and PT8784H, was PT-1S");
        refused(() -> CHECK.every(Duration.ZERO), "was PT0S");
        refused(() -> CHECK.timeout(ofSeconds(-3)), "probe timeout must be between PT0.001S and PT8784H, was PT-3S");
        refused(() -> CHECK.transitionInterval(Duration.ZERO), "transitionInterval must be");
        refused(() -> CHECK.downInterval(Duration.ofDays(1000)), "downInterval must be");
        refused(() -> CHECK.jitter(0.6), "jitter must be 0 to 0.5, was 0.6");
        refused(() -> CHECK.jitter(Double.NaN), "was NaN");
        refused(() -> CHECK.rise(0), "rise must be 1 to 1000, was 0");
        refused(() -> CHECK.fall(-2), "fall must be 1 to 1000, was -2");
        refused(() -> CHECK.maxConcurrentProbes(0), "maxConcurrentProbes must be at least 1, was 0");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
