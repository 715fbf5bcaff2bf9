package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.pool.AttemptObserver;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Trial.Claim;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import org.jspecify.annotations.Nullable;

/** A member as outlier detection sees it, for as long as the member lives, so also while it leaves and comes back. */
final class Suspect implements AttemptObserver {
    final Member member;
    private final OutlierDetector detector;
    private final OutcomeMemory memory;

    /** The member's count of changes when {@link #memory} began. What went before says nothing about it as it is now. */
    private volatile int changes;

    /** Guarded by the lock of {@link Terms}, like the next four. */
    EjectionHistory history = EjectionHistory.NONE;

    /** The end of its term, or of its trial. */
    Cancellable timer = () -> {};

    /** Rises with every timer, which tells apart one that was cancelled too late. */
    int turn;

    /** The trial that has begun and not ended. */
    @Nullable
    Claim claim;

    /** When its time is up. */
    long due;

    /** What was told of it. Guarded by the detector's lock. */
    final Tidings tidings = new Tidings();

    Suspect(Member member, OutlierDetector detector, OutcomeMemory memory) {
        this.member = member;
        this.detector = detector;
        this.memory = memory;
        this.changes = member.changes();
    }

    @Override
    public void ended(Outcome.Kind kind) {
        // What reaches an ejected member, in panic or as its trial, is for the trial to judge.
        long now = detector.now();
        if (!isEjected() && detector.heeds(now)) {
            forgetIfChanged(now);
            detector.heard(this, kind, memory.record(kind, now));
        }
    }

    boolean isEjected() {
        return (member.gates() & Gate.OUTLIER.bit()) != 0;
    }

    /** Returns what it did since its state last changed. */
    Tally tally(long now) {
        forgetIfChanged(now);
        return memory.tally(now);
    }

    /** Returns what it did in so many tenths of a window and the present one. */
    Tally tally(long now, int tenths) {
        forgetIfChanged(now);
        return memory.tally(now, tenths);
    }

    /** Returns for how many tenths of a window its state has not changed, at most so many as are remembered. */
    int tenths(long now) {
        forgetIfChanged(now);
        return memory.tenths(now);
    }

    void forget(long now) {
        memory.forget(now);
    }

    private void forgetIfChanged(long now) {
        int latest = member.changes();
        if (latest != changes) {
            changes = latest;
            memory.forget(now);
        }
    }
}
