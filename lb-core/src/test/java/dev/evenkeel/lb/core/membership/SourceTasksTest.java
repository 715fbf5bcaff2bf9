package dev.evenkeel.lb.core.membership;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SourceTasksTest {
    private final ManualTime time = ManualTime.create();
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final List<Integer> done = new ArrayList<>();
    private final SourceTasks tasks = new SourceTasks(new Clockwork(time, time, threads::add), thrown::add);

    private void runOne() {
        threads.remove().run();
    }

    @Test
    void sixteen_run_at_a_time_and_the_others_wait_the_oldest_first() {
        for (int i = 0; i < 40; i++) {
            int number = i;
            tasks.schedule(ZERO, () -> done.add(number));
        }
        time.advance(ZERO);
        assertThat(threads).hasSize(16);
        runOne();
        assertThat(threads).as("one has ended, the next has begun").hasSize(16);
        while (!threads.isEmpty()) {
            runOne();
        }
        assertThat(done).hasSize(40).isSorted();
    }

    @Test
    void the_thousand_and_first_is_refused() {
        for (int i = 0; i < 1_000; i++) {
            tasks.schedule(ofSeconds(1), () -> {});
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> tasks.schedule(ofSeconds(1), () -> {}))
                .withMessageContaining("at most 1000");
        time.advance(ofSeconds(1));
        assertThat(threads).hasSize(16);
        for (int i = 0; i < 16; i++) {
            tasks.schedule(ofSeconds(1), () -> {});
        }
        tasks.close();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void what_is_cancelled_does_not_begin_whether_it_is_due_or_not() {
        Runnable[] cancels = new Runnable[20];
        for (int i = 0; i < 20; i++) {
            int number = i;
            cancels[i] = tasks.schedule(ofSeconds(1), () -> done.add(number));
        }
        cancels[0].run();
        time.advance(ofSeconds(1));
        cancels[19].run();
        cancels[1].run();
        while (!threads.isEmpty()) {
            runOne();
        }
        assertThat(done).hasSize(18).contains(1).doesNotContain(0, 19);
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void a_delay_of_ages_is_a_delay() {
        tasks.schedule(ofDays(1_000_000), () -> done.add(1));
        time.advance(ofDays(3_650));
        assertThat(threads).isEmpty();
    }

    @Test
    void no_thread_is_told_and_takes_no_place() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        SourceTasks poor = new SourceTasks(
                new Clockwork(time, time, task -> {
                    if (refuses.get()) {
                        throw new RejectedExecutionException("no thread");
                    }
                    task.run();
                }),
                thrown::add);
        for (int i = 0; i < 20; i++) {
            poor.schedule(ZERO, () -> {});
        }
        time.advance(ZERO);
        assertThat(thrown).hasSize(20);
        refuses.set(false);
        poor.schedule(ZERO, () -> done.add(1));
        time.advance(ZERO);
        assertThat(done).containsExactly(1);
    }

    @Test
    void work_that_found_no_thread_is_tried_again_after_a_second_unless_it_is_cancelled() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        Runnable[] cancel = new Runnable[1];
        SourceTasks poor = new SourceTasks(
                new Clockwork(time, time, task -> {
                    if (refuses.get()) {
                        cancel[0].run();
                        throw new OutOfMemoryError("unable to create native thread, as if");
                    }
                    task.run();
                }),
                thrown::add);
        cancel[0] = () -> {};
        poor.schedule(ZERO, () -> done.add(1));
        time.advance(ZERO);
        cancel[0] = poor.schedule(ZERO, () -> done.add(2));
        time.advance(ZERO);
        refuses.set(false);
        time.advance(ofSeconds(1).minusNanos(1));
        assertThat(done).isEmpty();
        time.advance(ofSeconds(1));
        assertThat(done).containsExactly(1);
        assertThat(thrown).hasSize(2);
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void close_interrupts_what_runs_and_what_it_throws_then_is_not_told() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            SourceTasks real = new SourceTasks(new Clockwork(time, time, one), thrown::add);
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            real.schedule(ZERO, () -> {
                inside.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    ended.countDown();
                    throw new IllegalStateException("interrupted", e);
                }
            });
            time.advance(ZERO);
            inside.await();
            real.close();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            one.submit(() -> {}).get();
            assertThat(thrown).isEmpty();
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void work_that_closes_does_not_interrupt_itself() {
        AtomicBoolean interrupted = new AtomicBoolean();
        tasks.schedule(ZERO, () -> {
            tasks.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        time.advance(ZERO);
        runOne();
        assertThat(interrupted).isFalse();
    }
}
