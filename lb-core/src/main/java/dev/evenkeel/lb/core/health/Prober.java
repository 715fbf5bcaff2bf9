package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Ticker;

/** Probes the members. */
public final class Prober implements MembershipObserver, AutoCloseable {
    private Prober() {}

    /** Starts it. */
    public static Prober start(HealthCheck check, Roster roster, Pool pool, Ticker ticker, Scheduler scheduler) {
        Prober prober = new Prober();
        roster.observe(prober);
        return prober;
    }

    @Override
    public void joined(Member member) {}

    @Override
    public void left(Member member) {}

    /** A call found no way to the member. */
    public void unreachable(Member member, Throwable cause) {}

    @Override
    public void close() {}
}
