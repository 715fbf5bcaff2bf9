package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
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
    static final EventSink NOBODY_LISTENS = new EventSink() {
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

    /** Makes backends that are all up and take turns. */
    static Backends of(int count) {
        return of(count, Policy.ROUND_ROBIN);
    }

    /** Makes backends that are all up, with the weights that they have under a policy. */
    static Backends of(int count, Policy policy) {
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
        roster.replace(endpoints(count, policy));
        Pool pool = new Pool("bench", roster, policy.make());
        pool.refresh();
        return new Backends(roster, pool, List.copyOf(members));
    }

    /** Returns backends with the weights that they have under a policy. */
    static List<Endpoint> endpoints(int count, Policy policy) {
        return IntStream.range(0, count).mapToObj(policy::endpoint).toList();
    }

    static Endpoint endpoint(int number) {
        return Endpoint.of("http://10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255) + ":8080");
    }

    /**
     * Draws a share of a list from a fixed seed.
     *
     * @param share a share such as {@code 0.33}, rounded to the nearest number that leaves one out, or
     *     {@code all-but-one}
     */
    static <T> List<T> sample(List<T> all, String share) {
        int count = all.size();
        int wanted = share.equals("all-but-one")
                ? count - 1
                : (int) Math.min(count - 1, Math.round(Double.parseDouble(share) * count));
        List<T> order = new ArrayList<>(all);
        Collections.shuffle(order, new Random(17));
        return order.subList(0, wanted);
    }

    /** Takes a share of the backends down, see {@link #sample}. */
    Backends takeDown(String share) {
        sample(members, share).forEach(this::close);
        pool.refresh();
        return this;
    }

    /**
     * Has each backend answer once and then leaves 0 to 7 attempts in flight on it, drawn from a fixed seed, so that whoever
     * compares loads has something to compare and its guess of the outcome is wrong as often as in real traffic.
     */
    Backends occupy() {
        Random random = new Random(17);
        for (Member member : members) {
            Feedback feedback = member.feedback();
            if (feedback != null) {
                feedback.ended(feedback.begun(), Outcome.Kind.SUCCESS, false);
            }
            int inFlight = random.nextInt(8);
            for (int attempt = 0; attempt < inFlight; attempt++) {
                member.begin(Long.MAX_VALUE, 0);
                if (feedback != null) {
                    feedback.begun();
                }
            }
        }
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
