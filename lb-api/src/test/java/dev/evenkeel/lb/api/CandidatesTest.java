package dev.evenkeel.lb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Candidates.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidatesTest {
    private static final Backend BACKEND = new Backend() {
        @Override
        public Endpoint endpoint() {
            return Endpoint.of("http://a");
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean isEligible() {
            return true;
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, Endpoint.MAX_WEIGHT + 1, Integer.MAX_VALUE})
    void a_weight_that_no_endpoint_can_have_is_refused(int weight) {
        assertThatThrownBy(() -> new Candidate(BACKEND, weight, 100, true, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight must be 1 to 1000000, was " + weight);
    }

    @Test
    void the_largest_effective_weight_is_a_hundred_million() {
        assertThat(new Candidate(BACKEND, Endpoint.MAX_WEIGHT, 100, true, null).effectiveWeight())
                .isEqualTo(100_000_000);
    }
}
