package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.core.pool.DrainWatch;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Drains with a deadline, each from its begin to the callback that tells its end. */
final class DrainWaits {
    /** Beyond a year a deadline is a mistake of units, and nanoseconds stay far from overflow. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private final String balancer;
    private final Scheduler timer;
    private final Errands callbacks;

    DrainWaits(String balancer, Scheduler scheduler) {
        this.balancer = balancer;
        this.timer = scheduler;
        this.callbacks = new Errands(balancer, "a drain's callback", scheduler.thread("drains"));
    }

    void begin(Roster roster, Endpoint endpoint, Duration deadline, Consumer<? super DrainResult> whenOver) {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(balancer + ": the deadline of a drain must be above 0 and at most "
                    + LONGEST + ", was " + deadline + " for " + endpoint);
        }
        Wait wait = new Wait(callbacks, Objects.requireNonNull(whenOver, "whenOver"));
        Member member = roster.drain(endpoint, List.of(wait));
        wait.endsBy(timer.schedule(() -> roster.expire(member, wait), deadline.toNanos()));
    }

    void flush() {
        callbacks.flush();
    }

    /** As {@link #flush}, for the last time. */
    void flushLast() {
        callbacks.flushLast();
    }

    /** One callback. The roster sees to it that it is over once. */
    private static final class Wait implements DrainWatch {
        private final Errands callbacks;
        private final Consumer<? super DrainResult> whenOver;

        /** Guarded by this. */
        private boolean over;

        /** Guarded by this. */
        private Cancellable timer = () -> {};

        Wait(Errands callbacks, Consumer<? super DrainResult> whenOver) {
            this.callbacks = callbacks;
            this.whenOver = whenOver;
        }

        /** The drain may have ended before its timer was there. */
        synchronized void endsBy(Cancellable deadline) {
            timer = deadline;
            if (over) {
                deadline.cancel();
            }
        }

        @Override
        public synchronized void over(DrainResult result) {
            over = true;
            timer.cancel();
            callbacks.offer(() -> whenOver.accept(result));
        }
    }
}
