package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A roster with its pool, as a balancer has them, and the members in the order in which they joined. What is timed and
 * what it is timed against are made here, so both read the same objects, laid out in memory in the same way.
 */
final class Backends {
    private static final EventSink NOBODY_LISTENS = new EventSink() {
        @Override
        public void offer(LoadBalancerEvent event) {}

        @Override
        public void flush() {}
    };

    private final Roster roster;
    private final Pool pool;
    private final List<Member> members;

    private Backends(Roster roster, Pool pool, List<Member> members) {
        this.roster = roster;
        this.pool = pool;
        this.members = members;
    }

    /** Makes backends that are all up. */
    static Backends of(int count) {
        Roster roster = new Roster("bench", Ticker.system(), NOBODY_LISTENS, 0);
        List<Member> members = new ArrayList<>();
        roster.observe(new MembershipObserver() {
            @Override
            public void joined(Member member) {
                members.add(member);
            }

            @Override
            public void left(Member member) {
                throw new IllegalStateException(member + " left, but nobody leaves here");
            }
        });
        roster.replace(IntStream.range(0, count).mapToObj(Backends::endpoint).toList());
        Pool pool = new Pool("bench", roster, RoundRobin.policy());
        pool.refresh();
        return new Backends(roster, pool, List.copyOf(members));
    }

    static Endpoint endpoint(int number) {
        return Endpoint.of("http://10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255) + ":8080");
    }

    /**
     * Takes a share of the backends down, which ones is drawn from a fixed seed.
     *
     * @param down a share such as {@code 0.33}, rounded to the nearest number that leaves one up, or
     *     {@code all-but-one}
     */
    Backends takeDown(String down) {
        int count = members.size();
        int wanted = down.equals("all-but-one")
                ? count - 1
                : (int) Math.min(count - 1, Math.round(Double.parseDouble(down) * count));
        List<Member> order = new ArrayList<>(members);
        Collections.shuffle(order, new Random(17));
        order.subList(0, wanted).forEach(this::close);
        pool.refresh();
        return this;
    }

    /** Opens the gate of the prober, as a passed probe does. The plan does not know before {@link Pool#refresh}. */
    void open(Member member) {
        roster.align(member, Gate.PROBE, () -> false, "up");
    }

    /** Closes the gate of the prober, as a failed probe does. The plan does not know before {@link Pool#refresh}. */
    void close(Member member) {
        roster.align(member, Gate.PROBE, () -> true, "down");
    }

    Pool pool() {
        return pool;
    }

    List<Member> members() {
        return members;
    }
}
