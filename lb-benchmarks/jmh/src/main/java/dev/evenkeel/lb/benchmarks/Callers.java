package dev.evenkeel.lb.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of threads that make calls at the same time, each its next when its last has ended. For one thread to use. */
final class Callers implements AutoCloseable {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int count;
    private final ExecutorService threads;

    /** How long each call took. Of those that run, each thread writes the places of its own calls. */
    private final long[] nanos;

    /**
     * What a call cost.
     *
     * @param cpuMicros CPU of this whole process; its clock may tick no finer than every 10 ms
     * @param bytes allocated by the thread that made it
     * @param p50Micros median of the latency
     * @param p99Micros 99th percentile of the latency
     */
    record Cost(double cpuMicros, double bytes, double p50Micros, double p99Micros) {}

    private Callers(int count, int calls) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, Callers::daemon);
        this.nanos = new long[calls];
    }

    /**
     * Starts no thread yet.
     *
     * @param count how many there are
     * @param calls how many they can make at the most before they are asked again
     */
    static Callers of(int count, int calls) {
        return new Callers(count, calls);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "caller");
        thread.setDaemon(true);
        return thread;
    }

    int count() {
        return count;
    }

    /**
     * Makes calls, all callers together, and waits for their end.
     *
     * @throws IOException if one fails
     */
    Cost make(int calls, LoopbackClient client) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(count); // or a thread that is early would do the work of two
        Callable<Long> caller = () -> {
            start.await();
            return call(client, next, calls);
        };
        long cpu = -PROCESS.getProcessCpuTime();
        long bytes = 0;
        try {
            for (Future<Long> allocated : threads.invokeAll(Collections.nCopies(count, caller))) {
                bytes += allocated.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("no call of " + client.name() + " may fail", e.getCause());
        }
        cpu += PROCESS.getProcessCpuTime();
        Arrays.sort(nanos, 0, calls);
        return new Cost(
                cpu / 1e3 / calls, (double) bytes / calls, nanos[calls / 2] / 1e3, nanos[(int) (calls * 0.99)] / 1e3);
    }

    /** Makes the next call until there is none, and returns the bytes that this thread allocated. */
    private long call(LoopbackClient client, AtomicInteger next, int calls) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int call = next.getAndIncrement(); call < calls; call = next.getAndIncrement()) {
            long start = System.nanoTime();
            client.call(call);
            nanos[call] = System.nanoTime() - start;
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Ends the threads. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
