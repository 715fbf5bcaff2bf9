package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many members the last search looks at before it says "none", counted one by one. */
class SearchStepsTest {
    private final AtomicInteger steps = new AtomicInteger();

    /** A list that counts how often somebody looks at one of its members. */
    private final class Watched extends AbstractList<Member> {
        private final List<Member> members;

        Watched(List<Member> members) {
            this.members = members;
        }

        @Override
        public Member get(int index) {
            steps.getAndIncrement();
            return members.get(index);
        }

        @Override
        public int size() {
            return members.size();
        }
    }

    private Pool watched(Roster roster, long maxInFlight) {
        PoolSettings settings = new PoolSettings(PlanRules.DEFAULT, false, maxInFlight);
        Pool pool = new Pool("orders", roster, RoundRobin.policy(), settings, null);
        pool.refresh();
        Plan.Lane[] lanes = pool.plan().lanes;
        Arrays.setAll(lanes, i -> new Plan.Lane(lanes[i].mask(), new Watched(lanes[i].members())));
        return pool;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100})
    void with_all_down_none_is_said_after_a_look_at_each(int n) {
        Roster roster = Rosters.of(n, Rosters.DEAF);
        IntStream.range(0, n).forEach(member -> Rosters.probeGate(roster, member, true));
        Pool pool = watched(roster, Long.MAX_VALUE);
        for (int pick = 0; pick < 10; pick++) {
            steps.set(0);
            assertThat(pool.pick(Attempt.PLAIN)).isNull();
            assertThat(steps).hasValue(n);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void with_all_full_none_is_said_after_a_look_at_each(int n) throws Exception {
        Pool pool = watched(Rosters.of(n, Rosters.DEAF), 1);
        for (int attempt = 0; attempt < n; attempt++) {
            pool.begin(Attempt.PLAIN);
        }
        steps.set(0);
        assertThatThrownBy(() -> pool.begin(Attempt.PLAIN)).isInstanceOf(BackendsSaturatedException.class);
        assertThat(steps).hasValue(n);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void the_last_that_is_up_is_found_in_a_lap_at_most(int n) {
        Roster roster = Rosters.of(n, Rosters.DEAF);
        Pool pool = watched(roster, Long.MAX_VALUE);
        IntStream.range(1, n).forEach(member -> Rosters.probeGate(roster, member, true)); // and no new plan
        for (int pick = 0; pick < 3 * n; pick++) {
            steps.set(0);
            assertThat(pool.pick(Attempt.PLAIN)).isSameAs(roster.members()[0]);
            assertThat(steps).hasValueLessThanOrEqualTo(n);
        }
    }
}
