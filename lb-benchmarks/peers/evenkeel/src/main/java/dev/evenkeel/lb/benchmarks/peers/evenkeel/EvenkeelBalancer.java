package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same backends twice: in the pool that a balancer picks from, for the pick alone, since nobody but the balancer can pick
 * without counting; and in a balancer as users have it, for whole attempts. The latter is made by the first attempt, since its
 * threads have no part in a pick alone.
 */
final class EvenkeelBalancer implements Balancer {
    private final Roster roster;
    private final Pool pool;
    private final List<Member> members;
    private final Supplier<Selector.Factory> policy;
    private final List<Endpoint> endpoints;
    private final Map<Endpoint, Integer> numbers;
    private final Attempt[] attempts = new Attempt[KEYS];

    /** Who is up. Guarded by this. */
    private final BitSet marked = new BitSet();

    private volatile @Nullable LoadBalancer balancer;

    private EvenkeelBalancer(
            Roster roster,
            Pool pool,
            List<Member> members,
            List<Endpoint> endpoints,
            Supplier<Selector.Factory> policy) {
        this.roster = roster;
        this.pool = pool;
        this.members = members;
        this.endpoints = endpoints;
        this.policy = policy;
        this.marked.set(0, endpoints.size());
        this.numbers = IntStream.range(0, endpoints.size())
                .boxed()
                .collect(Collectors.toMap(endpoints::get, number -> number));
    }

    static EvenkeelBalancer of(Supplier<Selector.Factory> policy, Family family, int backends) {
        List<Endpoint> endpoints = IntStream.range(0, backends)
                .mapToObj(number -> Endpoint.of(url(number)).withWeight(family.weight(number)))
                .toList();
        Roster roster = new Roster("peers", Ticker.system(), new Silence(), 0);
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
        roster.replace(endpoints);
        Pool pool = new Pool("peers", roster, policy.get());
        pool.refresh();
        EvenkeelBalancer made = new EvenkeelBalancer(roster, pool, members, endpoints, policy);
        Arrays.setAll(made.attempts, key -> family.goesByKey() ? Attempt.keyed("user-" + key) : Attempt.PLAIN);
        return made;
    }

    private static String url(int number) {
        return "http://10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255) + ":8080";
    }

    /** The pick as a balancer makes it: the plan, the policy, the look at the gates. Counts nothing. */
    @Override
    public @Nullable Object pick(int key) {
        return pool.pick(attempts[key]);
    }

    /**
     * The public {@code acquire} and {@code complete}: the pick, the lease, the counters in flight, and the outcome, with
     * what the policy is told of it.
     */
    @Override
    public Object attempt(int key) throws NoBackendAvailableException {
        LoadBalancer made = balancer;
        Lease lease = (made == null ? make() : made).acquire(attempts[key]);
        lease.complete(Outcome.SUCCESS);
        return lease.backend();
    }

    private synchronized LoadBalancer make() {
        LoadBalancer made = balancer;
        if (made == null) {
            made = LoadBalancers.named("peers")
                    .backends(endpoints)
                    .policy(policy.get())
                    .build();
            for (int number = 0; number < endpoints.size(); number++) {
                if (!marked.get(number)) {
                    made.drain(endpoints.get(number));
                }
            }
            balancer = made;
        }
        return made;
    }

    @Override
    public int number(Object answer) {
        return Objects.requireNonNull(numbers.get(((Backend) answer).endpoint()));
    }

    /** Those who come up first, so that one is up at every instant. */
    @Override
    public synchronized void mark(BitSet up) {
        BitSet changed = (BitSet) marked.clone();
        changed.xor(up);
        BitSet comesUp = (BitSet) changed.clone();
        comesUp.and(up);
        comesUp.stream().forEach(number -> set(number, false));
        changed.andNot(up);
        changed.stream().forEach(number -> set(number, true));
        pool.refresh();
        marked.xor(comesUp);
        marked.xor(changed);
    }

    private void set(int number, boolean isDown) {
        roster.align(members.get(number), Gate.PROBE, () -> isDown, isDown ? "down" : "up");
        LoadBalancer made = balancer;
        if (made != null && isDown) {
            made.drain(endpoints.get(number));
        } else if (made != null) {
            made.resume(endpoints.get(number));
        }
    }

    @Override
    public void close() {
        LoadBalancer made = balancer;
        if (made != null) {
            made.close();
        }
    }

    /** Nobody listens. */
    private static final class Silence implements EventSink {
        @Override
        public void offer(LoadBalancerEvent event) {}

        @Override
        public void flush() {}
    }
}
