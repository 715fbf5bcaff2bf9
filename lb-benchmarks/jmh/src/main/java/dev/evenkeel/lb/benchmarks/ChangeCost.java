package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.ArrayList;
import java.util.List;

/** What it takes until a change of the backends is in the plan, in microseconds. For one thread. */
final class ChangeCost {
    private final List<Endpoint> endpoints;
    private final Endpoint other;
    private final Policy policy;
    private final int millis;

    /**
     * @param millis how long each change is repeated
     */
    ChangeCost(int backends, Policy policy, int millis) {
        this.endpoints = Backends.endpoints(backends, policy);
        this.other = policy.endpoint(backends);
        this.policy = policy;
        this.millis = millis;
    }

    /** Returns what it takes to make a plan, once one backend has taken the place of another. */
    Spread build() {
        Roster roster = roster();
        Pool pool = new Pool(roster.name(), roster, policy.make());
        pool.refresh();
        Endpoint[] in = {endpoints.get(0), other};
        return Spread.over(millis, () -> {
            Endpoint leaves = in[0];
            in[0] = in[1];
            in[1] = leaves;
            roster.add(in[0]);
            roster.remove(leaves);
            long start = System.nanoTime();
            pool.refresh();
            return micros(start);
        });
    }

    /** Returns what it takes to close the gate of one backend, or to open it again, plan included. */
    Spread flip() {
        Roster roster = roster();
        Pool pool = new Pool(roster.name(), roster, policy.make());
        pool.refresh();
        Member member = roster.present().get(0);
        return Spread.over(millis, () -> {
            boolean closes = member.isEligible();
            long start = System.nanoTime();
            roster.align(member, Gate.PROBE, () -> closes, "it is its turn");
            pool.refresh();
            return micros(start);
        });
    }

    /** Returns what a balancer takes to be given all its backends anew, of which one is another, plan included. */
    Spread update() {
        List<Endpoint> changed = new ArrayList<>(endpoints);
        changed.set(0, other);
        try (LoadBalancer balancer = LoadBalancers.named("scale")
                .backends(endpoints)
                .policy(policy.make())
                .build()) {
            boolean[] isChanged = {false};
            return Spread.over(millis, () -> {
                isChanged[0] = !isChanged[0];
                long start = System.nanoTime();
                balancer.replace(isChanged[0] ? changed : endpoints);
                return micros(start);
            });
        }
    }

    private Roster roster() {
        Roster roster = new Roster("scale", Ticker.system(), Backends.NOBODY_LISTENS, 0);
        roster.replace(endpoints);
        return roster;
    }

    private static double micros(long start) {
        return (System.nanoTime() - start) / 1e3;
    }
}
