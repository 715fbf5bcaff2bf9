package dev.evenkeel.lb.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptTest {
    @Test
    void an_attempt_is_not_repeatable_until_somebody_says_so() {
        assertThat(Attempt.PLAIN.isRepeatable()).isFalse();
        assertThat(Attempt.PLAIN.repeatable(true).isRepeatable()).isTrue();
        assertThat(Attempt.PLAIN.repeatable(true).repeatable(false).isRepeatable())
                .isFalse();
    }

    @Test
    void what_else_is_known_of_an_attempt_stays_when_it_is_marked_as_repeatable() {
        Attempt keyed = Attempt.keyed("user-7").repeatable(true);
        assertThat(keyed.isKeyed()).isTrue();
        assertThat(keyed.hash()).isEqualTo(Attempt.hash("user-7"));
        Attempt sticking = Attempt.sticking("token").repeatable(true).withKey("user-7");
        assertThat(sticking.token()).isEqualTo("token");
        assertThat(sticking.isRepeatable()).isTrue();
        assertThat(sticking.withKey(null).isRepeatable()).isTrue();
    }

    @Test
    void an_attempt_knows_whether_somebody_has_said_if_it_is_repeatable() {
        assertThat(Attempt.PLAIN.saysIfRepeatable()).isFalse();
        assertThat(Attempt.sticking("token").withKey("user-7").saysIfRepeatable())
                .isFalse();
        for (boolean mayRepeat : new boolean[] {true, false}) {
            Attempt said = Attempt.PLAIN.repeatable(mayRepeat);
            assertThat(said.saysIfRepeatable()).isTrue();
            assertThat(said.isRepeatable()).isEqualTo(mayRepeat);
            assertThat(said.withKey("user-7").saysIfRepeatable()).isTrue();
        }
    }

    @Test
    void what_is_excluded_adds_up_and_nothing_else_changes() {
        Backend a = new At(Endpoint.of("http://a"));
        Backend b = new At(Endpoint.of("http://b"));
        Attempt attempt = Attempt.keyed("user-7").excluding(a).repeatable(true).excluding(b);
        assertThat(attempt.tried()).containsExactly(a, b);
        assertThat(attempt.excludes(a)).isTrue();
        assertThat(attempt.excludes(new At(Endpoint.of("http://b/").withWeight(3))))
                .isTrue();
        assertThat(attempt.excludes(new At(Endpoint.of("http://c")))).isFalse();
        assertThat(attempt.hash()).isEqualTo(Attempt.hash("user-7"));
        assertThat(attempt.isRepeatable()).isTrue();
        assertThat(attempt.withKey("user-8").tried()).containsExactly(a, b);
        assertThat(attempt)
                .hasToString("keyed " + Long.toHexString(attempt.hash())
                        + ", repeatable, not to [At[endpoint=http://a:80], At[endpoint=http://b:80]]");
        assertThat(Attempt.PLAIN.excludesAny()).isFalse();
        assertThat(Attempt.PLAIN.excluding()).isSameAs(Attempt.PLAIN);
    }

    private record At(Endpoint endpoint) implements Backend {
        @Override
        public int weight() {
            return endpoint.weight();
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean isEligible() {
            return true;
        }
    }

    @Test
    void marking_the_plain_attempt_makes_nothing_new() {
        assertThat(Attempt.PLAIN.repeatable(true)).isSameAs(Attempt.PLAIN.repeatable(true));
        assertThat(Attempt.PLAIN.repeatable(false)).isSameAs(Attempt.PLAIN.repeatable(false));
    }
}
