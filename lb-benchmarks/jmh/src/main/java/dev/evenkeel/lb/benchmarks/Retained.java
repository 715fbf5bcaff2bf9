package dev.evenkeel.lb.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** How much of the heap objects keep: what is used after a collection with them, less what is used without. */
final class Retained {
    /** So much that what the rest of the program allocates meanwhile is lost in it. */
    private static final long ENOUGH = 16L << 20;

    /** Of something small. */
    private static final int MOST_COPIES = 2_000;

    private static final int REPETITIONS = 3;

    /** What two collections in a row may differ by. */
    private static final long STILL = 4_096;

    private static final int MOST_COLLECTIONS = 10;

    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private Retained() {}

    /**
     * Returns the bytes for each backend.
     *
     * @param backends how many the object has
     * @param made makes one, as many times as it takes to measure it
     */
    static Spread perBackend(int backends, Supplier<Object> made) {
        once(1, made); // loads the classes
        int copies = (int) Math.min(MOST_COPIES, 1 + ENOUGH / Math.max(1, once(1, made)));
        double[] figures = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            figures[i] = (double) once(copies, made) / copies / backends;
        }
        return Spread.of(figures);
    }

    private static long once(int copies, Supplier<Object> made) {
        long before = used();
        List<Object> kept = new ArrayList<>(copies);
        try {
            for (int copy = 0; copy < copies; copy++) {
                kept.add(made.get());
            }
            return used() - before;
        } finally {
            Reference.reachabilityFence(kept);
        }
    }

    private static long used() {
        long last = Long.MAX_VALUE;
        for (int collection = 0; collection < MOST_COLLECTIONS; collection++) {
            System.gc();
            long now = MEMORY.getHeapMemoryUsage().getUsed();
            if (Math.abs(last - now) < STILL) {
                return now;
            }
            last = now;
        }
        return last;
    }
}
