package dev.evenkeel.lb.core.simulation;

import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A backend with a few workers and a queue before them; how long a request takes is drawn anew for each. */
final class Server {
    /** How a request fares once a worker has taken it. */
    @FunctionalInterface
    interface Behaviour {
        /** Returns the work that the next request is; {@code served} requests were taken before it. */
        Work next(long served, Random random);
    }

    /** What one request costs and comes to. */
    record Work(double millis, Outcome outcome) {}

    private final ManualTime time;
    private final Random random;
    private final Behaviour behaviour;
    private final Queue<Consumer<Outcome>> waiting = new ArrayDeque<>();
    private int idleWorkers;
    private long served;

    Server(ManualTime time, long seed, int workers, Behaviour behaviour) {
        this.time = time;
        this.random = new Random(seed);
        this.idleWorkers = workers;
        this.behaviour = behaviour;
    }

    /** Returns requests that succeed and take a time around a mean, exponentially distributed. */
    static Behaviour healthy(double meanMillis) {
        return (served, random) -> new Work(-meanMillis * Math.log(1 - random.nextDouble()), Outcome.SUCCESS);
    }

    void submit(Consumer<Outcome> done) {
        waiting.add(done);
        work();
    }

    private void work() {
        while (idleWorkers > 0 && !waiting.isEmpty()) {
            idleWorkers--;
            Consumer<Outcome> done = waiting.remove();
            Work work = behaviour.next(served++, random);
            time.schedule(
                    () -> {
                        idleWorkers++;
                        done.accept(work.outcome());
                        work();
                    },
                    (long) (work.millis() * TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
