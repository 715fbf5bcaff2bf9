package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.pool.AttemptObserver;
import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Counts one attempt on one member, and hands what the attempt learned to whoever judges the member. */
final class BackendLease implements Lease {
    private static final AtomicIntegerFieldUpdater<BackendLease> STAGE =
            AtomicIntegerFieldUpdater.newUpdater(BackendLease.class, "stage");
    private static final int OPEN = 0;
    private static final int ANSWERED = 1;

    /** Answered in a way that blames the member, of which whoever judges it by its attempts has heard. */
    private static final int BLAMED = 2;

    private static final int COMPLETED = 3;

    private final Member member;
    private final Balancer balancer;

    /** Who was told that the attempt began, and so must be told how it ends. */
    private final @Nullable Feedback feedback;

    private final long mark;

    /** The member's count of changes when the attempt began. */
    private final int changes;

    private volatile int stage;

    /** For a member on which the attempt has begun. */
    BackendLease(Member member, Balancer balancer) {
        this.member = member;
        this.balancer = balancer;
        this.changes = member.changes();
        this.feedback = member.feedback();
        this.mark = feedback == null ? 0 : begun(feedback);
    }

    private long begun(Feedback told) {
        try {
            return told.begun();
        } catch (Throwable e) {
            balancer.blameFeedback(e);
            return 0;
        }
    }

    @Override
    public Backend backend() {
        return member;
    }

    @Override
    public void answered(Outcome soFar) {
        takeAnswer(soFar);
    }

    /** As {@link #answered}. Returns false if the answer does not count: it is not the first one, or the lease is complete. */
    boolean takeAnswer(Outcome soFar) {
        Kind kind = soFar.kind();
        // A failure is one by now, but a success may still break off.
        if (!STAGE.compareAndSet(this, OPEN, kind == Kind.FAILURE ? BLAMED : ANSWERED)) {
            return false;
        }
        if (feedback != null) {
            try {
                feedback.answered(mark, kind);
            } catch (Throwable e) {
                balancer.blameFeedback(e);
            }
        }
        if (kind == Kind.FAILURE && isOfNow()) {
            tell(kind);
        }
        return true;
    }

    /** What has taken longer than the member took to go down and come back is about the past. */
    private boolean isOfNow() {
        return changes == member.changes();
    }

    private void tell(Kind kind) {
        AttemptObserver observer = member.attempts();
        if (observer != null) {
            observer.ended(kind);
        }
    }

    @Override
    public void resent() {
        member.resend();
    }

    @Override
    public boolean complete(Outcome outcome) {
        Kind kind = outcome.kind(); // first, or a null would end nothing and leave the attempt in flight
        // An adapter hears of the end of a body and then of that of its call; a look costs far less than a write.
        int before = stage == COMPLETED ? COMPLETED : STAGE.getAndSet(this, COMPLETED);
        if (before == COMPLETED) {
            return false;
        }
        try {
            if (feedback != null) {
                ended(feedback, kind, before != OPEN);
            }
        } finally {
            if (kind == Kind.FAILURE || kind == Kind.UNREACHABLE) {
                member.fail();
            }
            member.end();
        }
        if (isOfNow()) {
            if (kind == Kind.UNREACHABLE) {
                balancer.unreachable(member, outcome);
            }
            if (before != BLAMED) {
                tell(kind);
            }
        }
        return true;
    }

    private void ended(Feedback told, Kind outcome, boolean answered) {
        try {
            told.ended(mark, outcome, answered);
        } catch (Throwable e) {
            balancer.blameFeedback(e);
        }
    }

    @Override
    public String toString() {
        return "lease on " + member + (stage == COMPLETED ? ", completed" : "");
    }
}
