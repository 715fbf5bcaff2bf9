package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes turns among the eligible backends. Safe for many threads; never blocks, never allocates.
 *
 * <p>One ticket per pick, counted over the eligible set only, so what is down costs nothing and gives its neighbour
 * nothing extra: any {@code n} picks in a row give each of {@code n} backends exactly one. The cursor starts at a
 * random place, so that many clients that start together do not all begin with the same backend, and it is kept when
 * the set changes.
 *
 * <p>Right when requests cost about the same and backends are about as strong as each other; weights are not looked at.
 */
public final class RoundRobin implements Selector.Factory {
    private final AtomicLong cursor;

    private RoundRobin(long start) {
        this.cursor = new AtomicLong(start);
    }

    /** Returns the policy for one balancer, starting at a random place. */
    public static RoundRobin policy() {
        return startingAt(ThreadLocalRandom.current().nextLong());
    }

    /** Returns the policy with its first ticket given, for a test that must know who is next. */
    public static RoundRobin startingAt(long ticket) {
        return new RoundRobin(ticket);
    }

    @Override
    public Selector create(Candidates candidates) {
        return new Turns(cursor, candidates.backends());
    }

    @Override
    public String name() {
        return "round-robin";
    }

    private static final class Turns implements Selector {
        private final AtomicLong cursor;
        private final Backend[] backends;

        Turns(AtomicLong cursor, Backend[] backends) {
            this.cursor = cursor;
            this.backends = backends;
        }

        @Override
        public Backend select(Attempt attempt) {
            // The cursor passes Long.MAX_VALUE into the negative numbers, where % alone would leave the array.
            return backends[(int) Math.floorMod(cursor.getAndIncrement(), (long) backends.length)];
        }
    }
}
