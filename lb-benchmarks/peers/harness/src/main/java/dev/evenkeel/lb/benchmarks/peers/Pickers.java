package dev.evenkeel.lb.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Threads that pick at the same time from one balancer. */
final class Pickers {
    private final Balancer balancer;
    private final int threads;
    private final int backends;

    Pickers(Balancer balancer, int threads, int backends) {
        this.balancer = balancer;
        this.threads = threads;
        this.backends = backends;
    }

    int threads() {
        return threads;
    }

    /** What runs until {@link #join}. */
    record Running(List<FutureTask<Tally>> parts, int backends) {
        /** Waits for all threads and returns what they counted. */
        Tally join() throws InterruptedException {
            Tally all = new Tally(backends);
            for (FutureTask<Tally> part : parts) {
                try {
                    all.add(part.get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException("a picker broke off", e.getCause());
                }
            }
            return all;
        }
    }

    /** Makes so many picks in all and returns what came of them. */
    Tally run(long picks) throws InterruptedException {
        return start(picks, new CountDownLatch(0)).join();
    }

    /**
     * Starts so many picks in all, at least one on each thread.
     *
     * @param enough until it is open they go on, however many they have made
     */
    Running start(long picks, CountDownLatch enough) {
        List<FutureTask<Tally>> parts = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int first = thread * (Balancer.KEYS / threads);
            parts.add(new FutureTask<>(() -> pick(Math.max(1, picks / threads), enough, first)));
        }
        parts.forEach(Pickers::startDaemon);
        return new Running(parts, backends);
    }

    private static void startDaemon(Runnable part) {
        Thread thread = new Thread(part, "picker");
        thread.setDaemon(true);
        thread.start();
    }

    private Tally pick(long picks, CountDownLatch enough, int first) throws Exception {
        Tally tally = new Tally(backends);
        for (long pick = 0; pick < picks || enough.getCount() > 0; pick++) {
            Object answer = balancer.pick((int) (first + pick) & (Balancer.KEYS - 1));
            if (answer == null) {
                tally.miss();
            } else {
                tally.hit(balancer.number(answer));
            }
        }
        return tally;
    }
}
