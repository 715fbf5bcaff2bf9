package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The least that each way to pick can cost, on members like those that the policies pick from. The floors know nothing of
 * plans, health or weights; every member is up.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class FloorBenchmark {
    private static final int LEAST_SLOTS = 65_537;
    private static final int SLOTS_PER_BACKEND = 100;

    /** More than there are attempts in flight on any member. */
    private static final int ROOM = 8;

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    @Param({"3", "10", "100", "1000", "10000"})
    int backends;

    private final AtomicLong counter = new AtomicLong();
    private Member[] members;

    /** Makes the members. */
    @Setup
    public void makeMembers() {
        members = Backends.of(backends).occupy().members().toArray(Member[]::new);
    }

    /** Counters that belong to the members, three to each, for floors that have more to look at. */
    @State(Scope.Benchmark)
    public static class Companions {
        private AtomicLong[] counters;

        /** Makes the counters. */
        @Setup
        public void make(FloorBenchmark floor) {
            counters = IntStream.range(0, 3 * floor.backends)
                    .mapToObj(any -> new AtomicLong())
                    .toArray(AtomicLong[]::new);
        }

        long first(int member) {
            return counters[3 * member].get();
        }

        long all(int member) {
            int first = 3 * member;
            return counters[first].get() + counters[first + 1].get() + counters[first + 2].get();
        }
    }

    /** A table of the size that a hash needs, in which neighbours are different members. */
    @State(Scope.Benchmark)
    public static class Table {
        private char[] slots;

        /** Fills the table. */
        @Setup
        public void fill(FloorBenchmark floor) {
            slots = new char[Math.max(LEAST_SLOTS, SLOTS_PER_BACKEND * floor.backends)];
            for (int slot = 0; slot < slots.length; slot++) {
                slots[slot] = (char) ((((slot * GOLDEN) >>> 32) * floor.backends) >>> 32);
            }
        }

        int at(long hash) {
            return slots[(int) (((hash >>> 32) * slots.length) >>> 32)];
        }
    }

    /** Takes a ticket and looks at the member it points to. */
    @Benchmark
    public @Nullable Backend atomicCounter() {
        Member member = members[(int) (counter.getAndIncrement() % members.length)];
        return member.gates() == 0 ? member : null;
    }

    /** Draws a member and looks at it. */
    @Benchmark
    public @Nullable Backend oneDraw() {
        Member member = members[ThreadLocalRandom.current().nextInt(members.length)];
        return member.gates() == 0 ? member : null;
    }

    /** Draws two members and returns the one with less in flight. */
    @Benchmark
    public Backend twoDraws() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Member first = members[random.nextInt(members.length)];
        Member second = members[random.nextInt(members.length)];
        return first.inFlight() <= second.inFlight() ? first : second;
    }

    /** As {@link #twoDraws}, with another object to look at for each: four in all. */
    @Benchmark
    public Backend twoDrawsFourObjects(Companions companions) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(members.length);
        int second = random.nextInt(members.length);
        long load = members[first].inFlight() + companions.first(first);
        long other = members[second].inFlight() + companions.first(second);
        return members[load <= other ? first : second];
    }

    /** As {@link #twoDraws}, with three more objects to look at for each: eight in all. */
    @Benchmark
    public Backend twoDrawsEightObjects(Companions companions) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(members.length);
        int second = random.nextInt(members.length);
        long load = members[first].inFlight() + companions.all(first);
        long other = members[second].inFlight() + companions.all(second);
        return members[load <= other ? first : second];
    }

    /** Takes the hash of an attempt, and looks whether the member whose number is in its slot is up and has room. */
    @Benchmark
    public @Nullable Backend hashedSlot(Table table, Keys keys) {
        Attempt attempt = keys.next();
        Member member = members[table.at(attempt.hash())];
        return member.gates() == 0 && member.inFlight() < ROOM ? member : null;
    }
}
