package dev.evenkeel.lb.core.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemSchedulerTest {
    private final SystemScheduler scheduler = SystemScheduler.named("orders");

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void every_thread_is_a_named_daemon() throws Exception {
        CompletableFuture<Thread> timer = new CompletableFuture<>();
        scheduler.schedule(() -> timer.complete(Thread.currentThread()), 0);
        CompletableFuture<Thread> worker = threadOf(scheduler.workers("probe"));
        CompletableFuture<Thread> one = threadOf(scheduler.thread("events"));
        for (CompletableFuture<Thread> thread : java.util.List.of(timer, worker, one)) {
            assertThat(thread.get(30, SECONDS).isDaemon()).isTrue();
            assertThat(thread.get().getName()).startsWith("evenkeel-orders-");
        }
    }

    @Test
    void workers_are_virtual_where_the_jdk_has_them() throws Exception {
        Thread worker = threadOf(scheduler.workers("probe")).get(30, SECONDS);
        boolean virtual = worker.getClass().getSimpleName().contains("Virtual");
        assertThat(virtual).isEqualTo(Runtime.version().feature() >= 21);
    }

    @Test
    void workers_do_not_wait_for_one_another() throws Exception {
        CountDownLatch all = new CountDownLatch(20);
        Executor workers = scheduler.workers("probe");
        for (int i = 0; i < 20; i++) {
            workers.execute(() -> {
                all.countDown();
                awaitQuietly(all);
            });
        }
        assertThat(all.await(30, SECONDS)).isTrue();
    }

    @Test
    void after_close_running_work_ends_and_nothing_new_starts() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Thread> ended = new CompletableFuture<>();
        Executor thread = scheduler.thread("events");
        thread.execute(() -> {
            begun.countDown();
            awaitQuietly(goOn);
            ended.complete(Thread.currentThread());
        });
        begun.await();
        scheduler.close();
        thread.execute(() -> ended.completeExceptionally(new AssertionError("ran after close")));
        scheduler.schedule(() -> ended.completeExceptionally(new AssertionError("ran after close")), 0);
        goOn.countDown();
        Thread last = ended.get(30, SECONDS);
        last.join(30_000);
        assertThat(last.isAlive()).isFalse();
    }

    private static CompletableFuture<Thread> threadOf(Executor executor) {
        return CompletableFuture.supplyAsync(Thread::currentThread, executor);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
