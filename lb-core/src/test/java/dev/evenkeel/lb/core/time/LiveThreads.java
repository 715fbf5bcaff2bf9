package dev.evenkeel.lb.core.time;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The platform threads of this JVM, all at one moment. {@link Thread#getAllStackTraces} lists the threads first and leaves
 * out those that have ended afterwards, so it misses a thread whose starter ends in between.
 */
public final class LiveThreads {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long WATCHDOG_SECONDS = 60;

    /** Looks in a row that find none. One is not enough where virtual threads, which nobody sees, may start the next. */
    private static final int QUIET_LOOKS = 100;

    private LiveThreads() {}

    /** Returns the names that start with a prefix. */
    public static List<String> named(String prefix) {
        return Arrays.stream(THREADS.dumpAllThreads(false, false, 0))
                .map(ThreadInfo::getThreadName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /** Waits until none is left whose name starts with a prefix. */
    public static void awaitNone(String prefix) {
        long start = System.nanoTime();
        int quiet = 0;
        while (quiet < QUIET_LOOKS) {
            List<String> left = named(prefix);
            quiet = left.isEmpty() ? quiet + 1 : 0;
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS)) {
                throw new AssertionError("not ended within " + WATCHDOG_SECONDS + " s: " + left);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
