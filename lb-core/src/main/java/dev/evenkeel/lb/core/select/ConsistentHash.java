package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Sends attempts with the same key to the same backend, and spares that backend when it has too much to do. Safe for many
 * threads; takes no lock, and a pick allocates nothing.
 *
 * <p><b>Who gets a key.</b> {@code table[(hash >>> 32) * size >>> 32]}, where the table is Maglev's (<a
 * href="https://research.google/pubs/pub44824/">Eisenbud et al., NSDI 2016</a>) over all members of the set, also those
 * that are down. A backend has as many slots as its weight is of all weights, to within one round of the table and at
 * least one; with equal weights any two differ by a slot at most. The table depends on the URLs, the weights and the
 * size, and on nothing else: every client of a service builds the same one, in this release and in later ones.
 *
 * <p><b>When it cannot have it.</b> If the backend of the slot is not eligible, or at its bound, or in slow start and
 * this key is not of the share that it takes by now, the key is hashed again, at most 8 times (not at all while less than a
 * quarter is eligible), and then looked for among those that are eligible, by weight, in an order that the key decides. So a backend that goes down moves its own keys
 * and no others, evenly over the rest, and they return when it does.
 *
 * <p><b>Bounded load.</b> An attempt goes to no backend that would have more than {@code ceil(1.25 * (total + 1) *
 * share)} in flight with it (<a href="https://arxiv.org/abs/1608.01350">Mirrokni, Thorup and Zadimoghaddam, 2016</a>),
 * where the share is the backend's of the weights of those that are eligible, {@code 1 / n} if they are equal, and the
 * total is what began in the group and has not ended. Faults of the last second count as in flight when a backend is
 * looked for, or one that fails fast would always have room, and get what the others have not. So one hot key does not bring
 * down one backend. The bound yields only when nobody has room under both it and the balancer's own limit of attempts in
 * flight: then whoever has room under that limit gets the attempt. Mind that
 * the bound is 1 up to 0.8 attempts in flight for each backend: two attempts at a time for one key then go to two
 * backends. Where a second place is worse than a queue, say a higher {@link #loadBound}.
 *
 * <p><b>Minimal disruption.</b> When one of 100 backends leaves the set for good, 0.6 % of the keys of the other 99 move
 * too. A plain {@code hash % n} moves 99 % of them.
 *
 * <p>An attempt without a key takes its turn as in {@link RoundRobin}, by weight where weights are unequal, within the
 * same bound.
 *
 * <p>With a {@link dev.evenkeel.lb.core.plan.Subset} the table is of the members that this client drew, so clients with
 * other subsets send a key elsewhere; and it changes when the subset grows past members that are down. Where all clients
 * are to agree on who serves a key, use no subset.
 *
 * <p><b>Cost.</b> A pick costs 6 ns for 10 backends beyond the hashing of the key, 7 ns for 1,000 and 12 ns for 10,000, whose
 * table is larger than a cache that is near; with a third of them down 1 to 3 ns more. The table takes two bytes a slot (four beyond 65,536 backends), 128 KiB for
 * up to 655 backends and 2 MB for 10,000. It is built when backends or weights change, in 2 ms for 10 backends, 4 ms
 * for 1,000 and 33 ms for 10,000 once the code is warm; a change of health or ramp builds nothing and costs a look at each member, 1 ms for
 * 10,000. Those figures are of one machine.
 *
 * <p>Right where a backend is better at what it has seen before: caches, sessions, shards. Wrong where all are equally
 * good at everything: then {@link RoundRobin} is fairer, since keys are never asked for equally often.
 *
 * <pre>{@code
 * LoadBalancers.named("orders").backends(...).policy(ConsistentHash.policy()).build();
 * orders.acquire(Attempt.keyed(userId));
 * }</pre>
 */
public final class ConsistentHash implements Selector.Factory {
    private static final int LEAST_SIZE = 65_537;
    private static final int SLOTS_PER_BACKEND = 100;
    private static final double LOAD_BOUND = 1.25;
    private static final int BY_NUMBER = 0;

    /** A hundred slots for each of 167,772 backends, in 64 MB. */
    private static final int LARGEST_SIZE = 1 << 24;

    private final int tableSize;
    private final double loadBound;
    private final RoundRobin roundRobin = RoundRobin.policy();
    private final GroupLoads loads = new GroupLoads();

    /** By group. Each is replaced when the members or weights of its group have changed. */
    private final Map<Integer, Seating> seatings = new ConcurrentHashMap<>();

    private final AtomicLong builds = new AtomicLong();

    private ConsistentHash(int tableSize, double loadBound) {
        this.tableSize = tableSize;
        this.loadBound = loadBound;
    }

    /** Returns the policy for one balancer with a table that fits it and a load bound of 1.25. */
    public static ConsistentHash policy() {
        return new ConsistentHash(BY_NUMBER, LOAD_BOUND);
    }

    /**
     * Returns the policy with another table size. Default: the smallest prime that is at least 65,537 and at least 100
     * times the number of backends. All clients of a service need the same.
     *
     * @param size a prime up to 2^24, at least 100 times the number of backends that there will ever be; {@link #create}
     *     throws when there are more
     * @throws IllegalArgumentException if the size is not a prime, or above 2^24, or has not 100 slots for even one
     *     backend
     */
    public ConsistentHash tableSize(int size) {
        if (size < SLOTS_PER_BACKEND || size > LARGEST_SIZE || !isPrime(size)) {
            throw new IllegalArgumentException("table size must be a prime, and at least " + SLOTS_PER_BACKEND
                    + " and at most " + LARGEST_SIZE + ", was " + size);
        }
        return new ConsistentHash(size, loadBound);
    }

    /**
     * Returns the policy with another bound on the load of a backend, as a multiple of the mean; default 1.25.
     *
     * @param bound at least 1; {@link Double#POSITIVE_INFINITY} for none
     * @throws IllegalArgumentException if the bound is below 1 or not a number
     */
    public ConsistentHash loadBound(double bound) {
        if (!(bound >= 1)) {
            throw new IllegalArgumentException("load bound must be at least 1, was " + bound);
        }
        return new ConsistentHash(tableSize, bound);
    }

    /**
     * Makes a selector, and first a table if members or weights of the group have changed.
     *
     * @throws IllegalArgumentException if a table size was given that is less than 100 times the number of members
     */
    @Override
    public Selector create(Candidates candidates) {
        Seating seating = seatings.get(candidates.group());
        if (seating == null || !seating.fits(candidates.members())) {
            seating = Seating.of(
                    candidates.members(), sizeFor(candidates.members().size()));
            builds.getAndIncrement();
            seatings.put(candidates.group(), seating);
        }
        KeyedSelector.Bound bound =
                new KeyedSelector.Bound(loadBound, loads.totalOf(candidates), loads.faultsOfAll(candidates.clock()));
        return new KeyedSelector(candidates, seating, bound, roundRobin.create(candidates));
    }

    private int sizeFor(int members) {
        int least = Math.multiplyExact(members, SLOTS_PER_BACKEND);
        if (tableSize == BY_NUMBER) {
            return nextPrime(Math.max(LEAST_SIZE, least));
        }
        if (tableSize < least) {
            throw new IllegalArgumentException("table size must be at least " + SLOTS_PER_BACKEND
                    + " times the number of backends, was " + tableSize + " for " + members);
        }
        return tableSize;
    }

    private static int nextPrime(int least) {
        int prime = least;
        while (!isPrime(prime)) { // below 2^31, two primes are at most 336 apart
            prime++;
        }
        return prime;
    }

    private static boolean isPrime(int number) {
        for (int divisor = 2; (long) divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return number > 1;
    }

    @Override
    public Feedback feedback(Backend backend, LongSupplier clock) {
        return loads.newCount(clock);
    }

    @Override
    public boolean usesKeys() {
        return true;
    }

    @Override
    public String name() {
        return "consistent-hash";
    }

    /** Returns how many tables were built. */
    long builds() {
        return builds.get();
    }
}
