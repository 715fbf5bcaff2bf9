package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The slot for the one attempt that shows whether an ejected member may come back. Whoever claims it has it alone until
 * the claim is given back or settled. Safe for many threads; claimed by compare-and-set.
 *
 * <p>The time that claims held before they were given back adds up, and each of them shuts the slot for twice as long as
 * the one before, so that callers who give up cannot keep a member that swallows attempts on trial for ever.
 */
public final class Trial {
    /** For so long an attempt that may be repeated is waited for; then any will do. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** For so long the slot is shut after the first claim that is given back. */
    private static final long FIRST_REST = TimeUnit.SECONDS.toNanos(1);

    /** For so long it is shut at most. */
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(10);

    /** As many times the rest can double before it is longer than the longest. */
    private static final int DOUBLINGS = 4;

    private final Member member;
    private final long openedNanos;

    private final AtomicReference<Slot> slot;

    Trial(Member member, long now) {
        this.member = member;
        this.openedNanos = now;
        this.slot = new AtomicReference<>(new Free(0, 0, now));
    }

    private sealed interface Slot permits Free, Claim, Over {}

    /**
     * Nobody has the slot.
     *
     * @param givenBack how many claims were given back
     * @param held for how long they had held it
     * @param opens when it can be claimed
     */
    private record Free(int givenBack, long held, long opens) implements Slot {
        Free after(long heldInAll, long now) {
            long rest = Math.min(LONGEST_REST, FIRST_REST << Math.min(givenBack, DOUBLINGS));
            return new Free(givenBack + 1, heldInAll, now + rest);
        }
    }

    /** The trial has ended. */
    private enum Over implements Slot {
        OVER
    }

    Member member() {
        return member;
    }

    boolean isOpen(long now) {
        return slot.get() instanceof Free free && now - free.opens >= 0;
    }

    /** Tells whether an attempt may be the trial: one that may be repeated and need not stick to another backend. */
    boolean accepts(Attempt attempt, long now) {
        return (attempt.isRepeatable() && attempt.token() == null) || now - openedNanos >= PATIENCE;
    }

    /** Returns the claim, or null if another attempt has it, or the slot is shut, or the trial is over. */
    @Nullable
    Claim claim(long now) {
        if (!(slot.get() instanceof Free free) || now - free.opens < 0) {
            return null;
        }
        Claim claim = new Claim(this, free, now);
        return slot.compareAndSet(free, claim) ? claim : null;
    }

    /** Ends the trial without a verdict; a claim that is out is worth nothing any more. */
    void end() {
        slot.set(Over.OVER);
    }

    /** What the attempt that is the trial holds. */
    public static final class Claim implements Slot {
        private final Trial trial;
        private final Free before;

        /** When its time began. Written by whoever times it. */
        private volatile long since;

        private Claim(Trial trial, Free before, long now) {
            this.trial = trial;
            this.before = before;
            this.since = now;
        }

        /** Returns the member that is tried, on which the attempt has begun. */
        public Member member() {
            return trial.member;
        }

        /** Tells whether the trial is still for this claim to decide. */
        public boolean isInForce() {
            return trial.slot.get() == this;
        }

        /** Returns for how many nanoseconds the slot has been held, by this claim and those that were given back. */
        public long held(long now) {
            return before.held + (now - since);
        }

        /** Returns the number of this claim among those of the trial, from 1. */
        public int number() {
            return before.givenBack + 1;
        }

        /** Begins the time of this claim anew, since what has passed of it says nothing about the member. */
        public void restart(long now) {
            since = now;
        }

        /** Frees the slot for another attempt, after a rest. Returns false if the claim is no longer in force. */
        public boolean giveBack(long now) {
            return trial.slot.compareAndSet(this, before.after(held(now), now));
        }

        /** Frees the slot at once, for an attempt that did not begin. */
        void undo() {
            trial.slot.compareAndSet(this, before);
        }

        /** Ends the trial with the verdict of this attempt. Returns false if the claim is no longer in force. */
        public boolean settle() {
            return trial.slot.compareAndSet(this, Over.OVER);
        }
    }
}
