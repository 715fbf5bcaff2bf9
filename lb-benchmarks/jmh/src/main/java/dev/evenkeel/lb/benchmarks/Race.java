package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.core.pool.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * What happens to the backends while others pick. In every race some backend is up at every instant, so a pick that
 * says "none" is wrong.
 */
enum Race {
    /** One is up and the others are down, and nothing changes. */
    STEADY {
        @Override
        void prepare(Backends backends) {
            backends.members().stream().skip(1).forEach(backends::close);
            backends.pool().refresh();
        }

        @Override
        int step(Backends backends, Random random) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            return 0;
        }
    },

    /** One stays up while each of the others goes up and down, and the plan is rebuilt after every change. */
    FLAPPING {
        @Override
        int step(Backends backends, Random random) {
            List<Member> members = backends.members();
            Member member = members.get(1 + random.nextInt(members.size() - 1));
            if (member.gates() == 0) {
                backends.close(member);
            } else {
                backends.open(member);
            }
            backends.pool().refresh();
            return 1;
        }
    },

    /** The next one comes up before the last one goes down, and the plan is rebuilt after every change. */
    MOVING {
        @Override
        void prepare(Backends backends) {
            STEADY.prepare(backends);
        }

        @Override
        int step(Backends backends, Random random) {
            return move(backends, random, true);
        }
    },

    /** As {@link #MOVING}, but the plan is hardly ever rebuilt, so nearly every pick has to search the members. */
    MOVING_UNPLANNED {
        @Override
        void prepare(Backends backends) {
            STEADY.prepare(backends);
        }

        @Override
        int step(Backends backends, Random random) {
            return move(backends, random, random.nextInt(4096) == 0);
        }
    };

    /** Brings all backends, which are up, into the state that the race starts from. */
    void prepare(Backends backends) {}

    /** Makes the next change and returns how many gates it flipped. */
    abstract int step(Backends backends, Random random);

    private static int move(Backends backends, Random random, boolean rebuild) {
        List<Member> members = backends.members();
        int up = 0;
        while (members.get(up).gates() != 0) {
            up++;
        }
        Member next = members.get((up + 1 + random.nextInt(members.size() - 1)) % members.size());
        backends.open(next);
        if (rebuild) {
            backends.pool().refresh();
        }
        backends.close(members.get(up));
        if (rebuild) {
            backends.pool().refresh();
        }
        return 2;
    }

    /**
     * How a race ended.
     *
     * @param picks how many were made
     * @param none how many of them said "none"
     * @param changes how many gates flipped meanwhile
     */
    record Result(long picks, long none, long changes) {}

    /**
     * Runs this race until all picks are made.
     *
     * @param picks how many in all, shared evenly by the threads
     * @param threads how many threads pick; one more makes the changes
     */
    Result run(Backends backends, Picker picker, long picks, int threads) throws InterruptedException {
        prepare(backends);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(threads + 1, Race::daemon);
        try {
            Future<Long> changes = pool.submit(() -> change(backends, over));
            List<Callable<Long>> pickers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                pickers.add(() -> countNone(picker, picks / threads));
            }
            long none = 0;
            for (Future<Long> part : pool.invokeAll(pickers)) {
                none += part.get();
            }
            over.set(true);
            return new Result(picks / threads * threads, none, changes.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the race " + this + " broke off", e.getCause());
        } finally {
            over.set(true);
            pool.shutdown();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "race");
        thread.setDaemon(true);
        return thread;
    }

    private long change(Backends backends, AtomicBoolean over) {
        Random random = new Random(17);
        long changes = 0;
        while (!over.get()) {
            changes += step(backends, random);
        }
        return changes;
    }

    private static long countNone(Picker picker, long picks) {
        long none = 0;
        for (long pick = 0; pick < picks; pick++) {
            if (picker.pick() == null) {
                none++;
            }
        }
        return none;
    }
}
