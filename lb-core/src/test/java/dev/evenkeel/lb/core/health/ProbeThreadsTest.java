package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.api.Verdict.Result;
import dev.evenkeel.lb.core.health.Asker.Asking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeThreadsTest {
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Asking> questions = new ArrayList<>();

    /** Runs on the thread of the test, whose interrupt flag then tells what has reached it. */
    private final ProbeThreads threads = new ProbeThreads(
            (endpoint, timeout) -> {
                questions.get(0).interrupt();
                return Thread.currentThread().isInterrupted() ? Verdict.fail("was interrupted") : Verdict.pass();
            },
            Duration.ofSeconds(1),
            Runnable::run);

    private Asking prepare() {
        Asking asking = threads.prepare(A, verdicts::add);
        questions.add(asking);
        return asking;
    }

    @Test
    void an_interrupt_reaches_the_checker_and_ends_with_it() {
        prepare().start();

        assertThat(verdicts).containsExactly(Verdict.fail("was interrupted"));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void an_interrupt_after_the_end_reaches_nobody() {
        Asking asking = prepare();
        asking.start();
        asking.interrupt();

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void an_interrupt_before_the_start_keeps_the_checker_from_being_called() {
        Asking asking = prepare();
        asking.interrupt();
        asking.start();

        assertThat(verdicts).hasSize(1);
        assertThat(verdicts.get(0).result()).isEqualTo(Result.NONE);
    }
}
