package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The round robin that one writes by hand and that many libraries ship: a fresh ticket from a shared counter for every step, at
 * most as many steps as there are backends. Threads draw each other's tickets, so one of them can miss a backend that is up.
 */
public final class Classic implements Peer {
    @Override
    public String name() {
        return "by hand";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(new Subject("round robin", Family.ROUND_ROBIN, false, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        return new ByHand(backends);
    }

    /** One of its backends. */
    private static final class Backend {
        private final int number;
        private volatile boolean up = true;

        Backend(int number) {
            this.number = number;
        }
    }

    private static final class ByHand implements Balancer {
        private final AtomicLong counter = new AtomicLong();
        private final Backend[] backends;

        ByHand(int count) {
            backends = IntStream.range(0, count).mapToObj(Backend::new).toArray(Backend[]::new);
        }

        /** A ticket, a modulo, an array, a flag, for each step. */
        @Override
        public @Nullable Object pick(int key) {
            for (int step = 0; step < backends.length; step++) {
                Backend backend = backends[(int) Math.floorMod(counter.getAndIncrement(), (long) backends.length)];
                if (backend.up) {
                    return backend;
                }
            }
            return null;
        }

        @Override
        public Object attempt(int key) {
            throw new UnsupportedOperationException("it counts nothing");
        }

        @Override
        public int number(Object answer) {
            return ((Backend) answer).number;
        }

        /** Those who come up first, so that one is up at every instant. */
        @Override
        public void mark(BitSet up) {
            up.stream().forEach(number -> backends[number].up = true);
            for (Backend backend : backends) {
                if (!up.get(backend.number)) {
                    backend.up = false;
                }
            }
        }

        @Override
        public void close() {}
    }
}
