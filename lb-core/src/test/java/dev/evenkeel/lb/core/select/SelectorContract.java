package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every policy, in every state of its backends. */
abstract class SelectorContract {
    private static final int FEW = 6;

    private final ManualTime time = ManualTime.create();

    /** Returns the policy for one balancer. */
    abstract Selector.Factory policy();

    /** Returns the policy for one balancer with its cursor at a ticket; just the policy if it has no cursor. */
    Selector.Factory policyAt(long ticket) {
        return policy();
    }

    @Test
    void only_eligible_backends_are_picked_and_never_none_in_every_pattern_of_six() throws Exception {
        for (boolean weighted : new boolean[] {false, true}) {
            for (int up = 1; up < 1 << FEW; up++) {
                try (LoadBalancer orders = balancer(endpoints(FEW, weighted), policy())) {
                    Set<Endpoint> live = new HashSet<>();
                    for (int i = 0; i < FEW; i++) {
                        if ((up >> i & 1) == 1) {
                            live.add(endpoint(i));
                        } else {
                            orders.drain(endpoint(i));
                        }
                    }
                    for (Attempt attempt : attempts(40)) {
                        Lease lease = orders.acquire(attempt);
                        assertThat(live)
                                .as("up %s", Integer.toBinaryString(up))
                                .contains(lease.backend().endpoint());
                        lease.complete(Outcome.SUCCESS);
                    }
                }
            }
        }
    }

    @Test
    void every_eligible_backend_gets_something_from_many_different_attempts() throws Exception {
        try (LoadBalancer orders = balancer(endpoints(FEW, false), policy())) {
            Set<Endpoint> seen = new HashSet<>();
            for (Attempt attempt : attempts(4_000)) {
                Lease lease = orders.acquire(attempt);
                seen.add(lease.backend().endpoint());
                lease.complete(Outcome.SUCCESS);
            }
            assertThat(seen).hasSize(FEW);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE, -1})
    void a_cursor_that_passes_an_edge_goes_on_among_the_same_backends(long edge) {
        int before = 5 * FEW;
        int picks = 100 * before;
        for (boolean weighted : new boolean[] {false, true}) {
            Selector.Factory policy = policyAt(edge - before);
            List<Candidates.Candidate> members = new ArrayList<>();
            for (Endpoint endpoint : endpoints(FEW, weighted)) {
                Backend backend = new Busy(endpoint, new AtomicInteger());
                members.add(new Candidates.Candidate(
                        backend,
                        endpoint.weight(),
                        100,
                        members.size() != 2, // one is down
                        policy.feedback(backend, time::nanos)));
            }
            // Not through a balancer, which would search on where a selector throws.
            Selector selector = policy.create(Candidates.of(0, members, time::nanos));
            Map<Backend, Integer> taken = new HashMap<>();
            for (int i = 0; i < picks; i++) {
                taken.merge(selector.select(Attempt.keyed("key " + i)), 1, Integer::sum);
            }
            assertThat(taken).as("weighted %s, past %d", weighted, edge).hasSize(FEW - 1);
            assertThat(taken).doesNotContainKey(members.get(2).backend());
            if (!weighted) {
                assertThat(taken.values())
                        .allSatisfy(count -> assertThat(count)
                                .as("a fifth of %d, past %d", picks, edge)
                                .isBetween(picks / 8, picks / 3));
            }
        }
    }

    @Test
    void without_backends_and_with_all_draining_an_attempt_fails_and_says_which() {
        try (LoadBalancer orders = balancer(endpoints(FEW, false), policy())) {
            for (int i = 0; i < FEW; i++) {
                orders.drain(endpoint(i));
            }
            assertNone(orders, Reason.NONE_USABLE);
            orders.replace(List.of());
            assertNone(orders, Reason.NONE_KNOWN);
            orders.add(endpoint(3));
            assertThat(taken(orders)).isEqualTo(endpoint(3));
        }
    }

    private static void assertNone(LoadBalancer orders, Reason reason) {
        for (Attempt attempt : attempts(20)) {
            assertThatThrownBy(() -> orders.acquire(attempt))
                    .isInstanceOf(NoBackendAvailableException.class)
                    .extracting(e -> ((NoBackendAvailableException) e).reason())
                    .isEqualTo(reason);
        }
    }

    @Test
    void with_a_limit_every_place_is_found_and_then_all_are_full() throws Exception {
        int limit = 3;
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(endpoints(FEW, false))
                .policy(policy())
                .time(time)
                .maxInFlightPerBackend(limit)
                .build()) {
            List<Lease> leases = new ArrayList<>();
            for (Attempt attempt : attempts(FEW * limit)) {
                leases.add(orders.acquire(attempt));
            }
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().inFlight())
                    .containsOnly(limit);
            for (Attempt attempt : attempts(20)) {
                assertThatThrownBy(() -> orders.acquire(attempt)).isInstanceOf(BackendsSaturatedException.class);
            }
            for (Lease lease : leases) {
                lease.complete(Outcome.SUCCESS);
                Lease again = orders.acquire();
                assertThat(again.backend()).as("the only one with room").isSameAs(lease.backend());
            }
        }
    }

    @Test
    void an_attempt_goes_to_every_live_backend_once_and_then_it_was_tried_everywhere() throws Exception {
        for (boolean weighted : new boolean[] {false, true}) {
            try (LoadBalancer orders = balancer(endpoints(FEW, weighted), policy())) {
                orders.drain(endpoint(2));
                for (Attempt first : attempts(200)) {
                    Attempt attempt = first;
                    for (int tried = 0; tried < FEW - 1; tried++) {
                        Lease lease = orders.acquire(attempt);
                        assertThat(attempt.tried()).doesNotContain(lease.backend());
                        assertThat(lease.backend().endpoint()).isNotEqualTo(endpoint(2));
                        lease.complete(Outcome.failure(null));
                        attempt = attempt.excluding(lease.backend());
                    }
                    Attempt last = attempt;
                    assertThatThrownBy(() -> orders.acquire(last))
                            .hasMessageStartingWith("orders: every usable backend was tried already: http://")
                            .extracting(e -> ((NoBackendAvailableException) e).reason())
                            .isEqualTo(Reason.NONE_UNTRIED);
                }
                assertThat(orders.snapshot().past().picksFailed()).containsOnlyKeys(Reason.NONE_UNTRIED);
                assertThat(orders.history())
                        .as("a policy that has nobody left is not at fault")
                        .noneMatch(event -> event.kind() == Kind.POLICY_FAILED);
            }
        }
    }

    @Test
    void the_others_are_given_to_attempts_that_exclude_one_and_their_limits_hold() throws Exception {
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(endpoints(FEW, false))
                .policy(policy())
                .time(time)
                .maxInFlightPerBackend(2)
                .build()) {
            Lease held = orders.acquire();
            Attempt elsewhere = Attempt.keyed("7").excluding(held.backend());
            for (int i = 0; i < 2 * (FEW - 1); i++) {
                assertThat(orders.acquire(elsewhere).backend()).isNotSameAs(held.backend());
            }
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().inFlight())
                    .containsExactlyInAnyOrder(1, 2, 2, 2, 2, 2);
            assertThatThrownBy(() -> orders.acquire(elsewhere)).isInstanceOf(BackendsSaturatedException.class);
            assertThat(orders.acquire().backend()).isSameAs(held.backend());
        }
    }

    @Test
    void a_pick_asks_the_selector_a_few_times_at_most_in_every_state() throws Exception {
        Counted counted = new Counted(policy());
        int n = 100;
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(endpoints(n, false))
                .policy(counted)
                .time(time)
                .maxInFlightPerBackend(1)
                .build()) {
            for (Attempt attempt : attempts(n)) {
                counted.asked.set(0);
                orders.acquire(attempt);
                assertThat(counted.asked.get()).isBetween(1L, 4L);
            }
            counted.asked.set(0);
            counted.rooms.set(0);
            assertThatThrownBy(orders::acquire).isInstanceOf(BackendsSaturatedException.class);
            assertThat(counted.asked.get()).isBetween(1L, 4L);
            assertThat(counted.rooms.get()).as("looks at room, one lap at most").isBetween(1L, n + 1L);
        }
    }

    @Test
    void in_a_panic_everybody_gets_a_share() throws Exception {
        int n = 10;
        Endpoint well = endpoint(0);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(endpoints(n, false))
                .policy(policy())
                .time(time)
                .healthCheck(HealthCheck.of(
                                (endpoint, timeout) -> endpoint.equals(well) ? Verdict.pass() : Verdict.fail("sick"))
                        .every(Duration.ofSeconds(1))
                        .rise(1)
                        .fall(1))
                .panicBelow(0.5)
                .build()) {
            time.advance(Duration.ofSeconds(5));
            assertThat(orders.snapshot().backends())
                    .filteredOn(backend -> backend.state() == BackendState.UP)
                    .hasSize(1);
            for (boolean keyed : new boolean[] {false, true}) {
                Map<Endpoint, Integer> taken = new HashMap<>();
                for (int i = 0; i < 10_000; i++) {
                    Lease lease = orders.acquire(keyed ? Attempt.keyed("user " + i) : Attempt.PLAIN);
                    lease.answered(Outcome.SUCCESS);
                    lease.complete(Outcome.SUCCESS);
                    taken.merge(lease.backend().endpoint(), 1, Integer::sum);
                }
                assertThat(taken).as("keyed: %s", keyed).hasSize(n);
                assertThat(taken.values())
                        .as("keyed: %s", keyed)
                        .allSatisfy(count -> assertThat(count).isBetween(800, 1_200));
            }
        }
    }

    @Test
    void a_backend_in_slow_start_gets_the_part_that_its_ramp_says() {
        for (boolean keyed : new boolean[] {false, true}) {
            Selector.Factory policy = policy();
            List<Candidates.Candidate> members = new ArrayList<>();
            for (Endpoint endpoint : endpoints(2, false)) {
                Backend backend = new Busy(endpoint, new AtomicInteger());
                int ramp = members.isEmpty() ? 10 : 100;
                members.add(new Candidates.Candidate(backend, 1, ramp, true, policy.feedback(backend, time::nanos)));
            }
            Selector selector = policy.create(Candidates.of(0, members, time::nanos));
            Deque<InFlight> window = new ArrayDeque<>();
            int slow = 0;
            for (int i = 0; i < 11_000; i++) {
                Backend picked = selector.select(keyed ? Attempt.keyed("user " + i) : Attempt.PLAIN);
                int number = picked == members.get(0).backend() ? 0 : 1;
                slow += 1 - number;
                window.add(InFlight.begin(members.get(number)));
                time.advance(Duration.ofMillis(1));
                if (window.size() > 22) {
                    window.remove().end();
                }
            }
            assertThat(slow).as("an eleventh of 11,000, keyed: %s", keyed).isBetween(500, 2_000);
        }
    }

    /** An attempt on a candidate, told to the policy. */
    private record InFlight(Candidates.Candidate member, long mark) {
        static InFlight begin(Candidates.Candidate member) {
            ((Busy) member.backend()).attempts.getAndIncrement();
            Feedback told = member.feedback();
            return new InFlight(member, told == null ? 0 : told.begun());
        }

        void end() {
            ((Busy) member.backend()).attempts.getAndDecrement();
            Feedback told = member.feedback();
            if (told != null) {
                told.answered(mark, Outcome.Kind.SUCCESS);
                told.ended(mark, Outcome.Kind.SUCCESS, true);
            }
        }
    }

    @Test
    void what_was_removed_is_not_picked_and_what_was_added_is() throws Exception {
        Random random = new Random(11);
        try (LoadBalancer orders = balancer(endpoints(1, false), policy())) {
            for (int round = 0; round < 200; round++) {
                Set<Endpoint> wanted = new HashSet<>();
                int size = 1 + random.nextInt(8);
                while (wanted.size() < size) {
                    int number = random.nextInt(12);
                    wanted.add(endpoint(number).withWeight(1 + random.nextInt(20)));
                }
                orders.replace(wanted);
                for (Attempt attempt : attempts(20)) {
                    Lease lease = orders.acquire(attempt);
                    assertThat(wanted).contains(lease.backend().endpoint());
                    lease.complete(random.nextInt(4) == 0 ? Outcome.failure(null) : Outcome.SUCCESS);
                }
                time.advance(Duration.ofMillis(random.nextInt(400)));
            }
        }
    }

    @Test
    @Timeout(120)
    void rebuilds_under_load_cost_no_attempt() throws Exception {
        try (LoadBalancer orders = balancer(endpoints(FEW, true), policy())) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong attempts = new AtomicLong();
            var threads = Executors.newFixedThreadPool(2);
            List<Future<?>> callers = new ArrayList<>();
            try {
                for (int t = 0; t < 2; t++) {
                    int thread = t;
                    callers.add(threads.submit(() -> {
                        Random random = new Random(thread);
                        while (!stop.get()) {
                            Lease lease = orders.acquire(Attempt.keyed("key " + random.nextInt(1_000)));
                            lease.answered(Outcome.SUCCESS);
                            lease.complete(Outcome.SUCCESS);
                            attempts.incrementAndGet();
                        }
                        return null;
                    }));
                }
                // Backend 0 stays up all the time.
                for (int round = 0; round < 2_000 || attempts.get() < 10_000; round++) {
                    int number = 1 + round % (FEW - 1);
                    switch (round % 4) {
                        case 0 -> orders.drain(endpoint(number));
                        case 1 -> orders.resume(endpoint(1 + (round - 1) % (FEW - 1)));
                        case 2 ->
                            orders.replace(List.of(endpoint(0), endpoint(number).withWeight(1 + round % 30)));
                        default -> orders.replace(endpoints(FEW, round % 8 == 3));
                    }
                }
            } finally {
                stop.set(true);
                for (Future<?> caller : callers) {
                    caller.get(60, TimeUnit.SECONDS);
                }
                threads.shutdownNow();
            }
            assertThat(orders.snapshot().backends())
                    .allSatisfy(
                            backend -> assertThat(backend.traffic().inFlight()).isZero());
        }
    }

    @Test
    void a_pick_allocates_nothing() {
        for (boolean weighted : new boolean[] {false, true}) {
            List<Candidates.Candidate> members = new ArrayList<>();
            Selector.Factory policy = policy();
            for (Endpoint endpoint : endpoints(10, weighted)) {
                Backend backend = new Busy(endpoint, new AtomicInteger());
                members.add(new Candidates.Candidate(
                        backend, endpoint.weight(), 100, true, policy.feedback(backend, System::nanoTime)));
            }
            Selector selector = policy.create(Candidates.of(0, members, System::nanoTime));
            Attempt[] attempts = attempts(64).toArray(Attempt[]::new);
            // Compilers allocate on threads of their own; a lambda that is linked late would show up once, not 3 times.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 10 && least > 0; round++) {
                least = Math.min(least, allocated(selector, attempts));
            }
            assertThat(least).as("bytes for 100,000 picks").isZero();
        }
    }

    private static long allocated(Selector selector, Attempt[] attempts) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < 100_000; i++) {
            if (selector.select(attempts[i & 63]) == null) {
                throw new AssertionError("none picked");
            }
        }
        return threads.getThreadAllocatedBytes(id) - before;
    }

    private LoadBalancer balancer(Collection<Endpoint> endpoints, Selector.Factory policy) {
        return LoadBalancers.named("orders")
                .backends(endpoints)
                .policy(policy)
                .time(time)
                .build();
    }

    private static Endpoint taken(LoadBalancer orders) {
        try {
            Lease lease = orders.acquire();
            lease.complete(Outcome.SUCCESS);
            return lease.backend().endpoint();
        } catch (NoBackendAvailableException e) {
            throw new AssertionError(e);
        }
    }

    /** Attempts with a key and without, in turns. */
    private static List<Attempt> attempts(int count) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attempts.add(i % 2 == 0 ? Attempt.PLAIN : Attempt.keyed("key " + i));
        }
        return attempts;
    }

    private static List<Endpoint> endpoints(int count, boolean weighted) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(weighted ? endpoint(i).withWeight(1 + i * 3) : endpoint(i));
        }
        return endpoints;
    }

    private static Endpoint endpoint(int number) {
        return Endpoint.of("http://10.0.0." + number + ":8080");
    }

    private record Busy(Endpoint endpoint, AtomicInteger attempts) implements Backend {
        @Override
        public int weight() {
            return endpoint.weight();
        }

        @Override
        public int inFlight() {
            return attempts.get();
        }

        @Override
        public boolean isEligible() {
            return true;
        }
    }

    /** Counts how often the selectors of a policy are asked. */
    private static final class Counted implements Selector.Factory {
        private final Selector.Factory policy;
        final AtomicLong asked = new AtomicLong();
        final AtomicLong rooms = new AtomicLong();

        Counted(Selector.Factory policy) {
            this.policy = policy;
        }

        @Override
        public Selector create(Candidates candidates) {
            Selector made = policy.create(candidates);
            return new Selector() {
                @Override
                public @Nullable Backend select(Attempt attempt) {
                    asked.incrementAndGet();
                    return made.select(attempt);
                }

                @Override
                public long room(Backend picked) {
                    rooms.incrementAndGet();
                    return made.room(picked);
                }
            };
        }

        @Override
        public @Nullable Feedback feedback(Backend backend, LongSupplier clock) {
            return policy.feedback(backend, clock);
        }

        @Override
        public String name() {
            return policy.name();
        }
    }
}
