package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** Counts one attempt on one member, and hands what the attempt learned to whoever judges the member. */
final class BackendLease implements Lease {
    private static final AtomicIntegerFieldUpdater<BackendLease> COMPLETED =
            AtomicIntegerFieldUpdater.newUpdater(BackendLease.class, "completed");

    private final Member member;
    private final Balancer balancer;

    /** The member's count of changes when the attempt began. */
    private final int changes;

    private volatile int completed;

    BackendLease(Member member, Balancer balancer) {
        this.member = member;
        this.balancer = balancer;
        this.changes = member.changes();
    }

    @Override
    public Backend backend() {
        return member;
    }

    @Override
    public boolean complete(Outcome outcome) {
        if (!COMPLETED.compareAndSet(this, 0, 1)) {
            return false;
        }
        if (outcome.kind() == Kind.FAILURE || outcome.kind() == Kind.UNREACHABLE) {
            member.fail();
        }
        member.end();
        // A connect that has taken longer than the member took to go down and come back is about the past.
        if (outcome.kind() == Kind.UNREACHABLE && changes == member.changes()) {
            balancer.unreachable(member, outcome);
        }
        return true;
    }

    @Override
    public String toString() {
        return "lease on " + member + (completed == 0 ? "" : ", completed");
    }
}
