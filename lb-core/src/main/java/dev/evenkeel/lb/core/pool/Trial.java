package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The slot for the one attempt that shows whether an ejected member may come back. Whoever claims it has it alone until
 * the claim is given back or settled. Safe for many threads; claimed by compare-and-set.
 */
public final class Trial {
    /** For so long an attempt that may be repeated is waited for; then any will do. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final Member member;
    private final long openedNanos;

    /** Null while free. */
    private final AtomicReference<@Nullable Claim> holder = new AtomicReference<>();

    /** Holds the slot for good once the trial is over. */
    private final Claim over = new Claim(this);

    Trial(Member member, long now) {
        this.member = member;
        this.openedNanos = now;
    }

    Member member() {
        return member;
    }

    boolean isFree() {
        return holder.get() == null;
    }

    /** Tells whether an attempt may be the trial: one that may be repeated and need not stick to another backend. */
    boolean accepts(Attempt attempt, long now) {
        return (attempt.isRepeatable() && attempt.token() == null) || now - openedNanos >= PATIENCE;
    }

    /** Returns the claim, or null if another attempt has it or the trial is over. */
    @Nullable
    Claim claim() {
        if (!isFree()) {
            return null;
        }
        Claim claim = new Claim(this);
        return holder.compareAndSet(null, claim) ? claim : null;
    }

    /** Ends the trial without a verdict; a claim that is out is worth nothing any more. */
    void end() {
        holder.set(over);
    }

    /** What the attempt that is the trial holds. */
    public static final class Claim {
        private final Trial trial;

        private Claim(Trial trial) {
            this.trial = trial;
        }

        /** Returns the member that is tried, on which the attempt has begun. */
        public Member member() {
            return trial.member;
        }

        /** Tells whether the trial is still for this claim to decide. */
        public boolean isInForce() {
            return trial.holder.get() == this;
        }

        /** Frees the slot for another attempt. Returns false if the claim is no longer in force. */
        public boolean giveBack() {
            return trial.holder.compareAndSet(this, null);
        }

        /** Ends the trial with the verdict of this attempt. Returns false if the claim is no longer in force. */
        public boolean settle() {
            return trial.holder.compareAndSet(this, trial.over);
        }
    }
}
