package dev.evenkeel.lb.core.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one attempt does to the cost of its backend. */
class PeakLatencyTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - MILLI);
    private final DecayingPeak slowest = new DecayingPeak(10 * SECOND, now.get());
    private final PeakLatency latency = new PeakLatency(now::get, 10 * SECOND, slowest);

    @BeforeEach
    void knows_one_good_answer_of_ten_milliseconds() {
        slowest.sample(now.get(), 10 * MILLI);
        latency.ended(latency.begun(), Kind.SUCCESS, false);
    }

    private double cost() {
        return latency.cost(now.get(), 0);
    }

    private void assertOneFault() {
        assertThat(cost() / MILLI)
                .as("twice the slowest good answer, times one fault and one attempt to come")
                .isCloseTo(20 * 2, within(0.001));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILURE", "UNREACHABLE", "REJECTED"})
    void a_bad_answer_is_one_fault_although_its_end_is_told_too(Kind fault) {
        long mark = latency.begun();
        latency.answered(mark, fault);
        latency.ended(mark, fault, true);
        assertOneFault();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILURE", "UNREACHABLE", "REJECTED"})
    void a_fault_after_a_good_answer_is_one_fault(Kind fault) {
        long mark = latency.begun();
        latency.answered(mark, Kind.SUCCESS);
        latency.ended(mark, fault, true);
        assertOneFault();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILURE", "UNREACHABLE", "REJECTED"})
    void a_fault_without_an_answer_is_one_fault(Kind fault) {
        latency.ended(latency.begun(), fault, false);
        assertOneFault();
    }

    @Test
    void a_bad_answer_makes_the_backend_dear_before_its_body_has_ended() {
        long mark = latency.begun();
        latency.answered(mark, Kind.FAILURE);
        assertThat(latency.cost(now.get(), 1) / MILLI)
                .as("what is still in flight counts as that")
                .isCloseTo(20 * 2, within(0.001));
    }

    @Test
    void a_bad_answer_that_took_long_counts_as_long_as_it_took_without_its_body() {
        long mark = latency.begun();
        now.addAndGet(30 * SECOND);
        latency.answered(mark, Kind.FAILURE);
        now.addAndGet(10 * SECOND);
        latency.ended(mark, Kind.FAILURE, true);
        assertThat(cost() / MILLI).as("30 s, a half-life ago").isCloseTo(15_000 * 2, within(1.0));
    }
}
