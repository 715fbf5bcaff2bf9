package dev.evenkeel.lb.core.time;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
    private final ManualTime time = ManualTime.create();
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasks_run_in_the_order_in_which_they_are_due_and_find_the_clock_at_their_own_time() {
        note("late", 30);
        note("early", 10);
        note("early too", 10);
        time.advance(ofNanos(30));
        assertThat(ran).containsExactly("early at 10", "early too at 10", "late at 30");
        assertThat(time.nanos()).isEqualTo(30);
    }

    @Test
    void what_a_task_schedules_runs_in_the_same_turn_if_it_is_due() {
        time.schedule(() -> note("second", 5), 10);
        time.advance(ofNanos(14));
        assertThat(ran).isEmpty();
        time.advance(ofNanos(1));
        assertThat(ran).containsExactly("second at 15");
    }

    @Test
    void chance_falls_the_same_way_in_every_run_but_not_the_same_way_twice_in_one() {
        ManualTime other = ManualTime.create();
        long first = time.chance().nextLong();
        long second = time.chance().nextLong();
        assertThat(first).isNotEqualTo(second);
        assertThat(List.of(other.chance().nextLong(), other.chance().nextLong()))
                .containsExactly(first, second);
    }

    @Test
    void what_was_cancelled_does_not_run() {
        time.schedule(() -> ran.add("never"), 10).cancel();
        time.advance(ofSeconds(1));
        assertThat(ran).isEmpty();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void after_a_jump_what_was_due_runs_late() {
        note("late", 10);
        time.jump(ofNanos(50));
        assertThat(ran).isEmpty();
        time.advance(ofNanos(0));
        assertThat(ran).containsExactly("late at 50");
    }

    @Test
    void time_does_not_go_back() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> time.advance(ofNanos(-1)))
                .withMessageContaining("PT-0.000000001S");
    }

    private void note(String what, long delay) {
        time.schedule(() -> ran.add(what + " at " + time.nanos()), delay);
    }
}
