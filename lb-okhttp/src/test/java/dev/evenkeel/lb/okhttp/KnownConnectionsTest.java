package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Protocol;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections are remembered, of which only the pool holds on to any. */
@Timeout(60)
class KnownConnectionsTest {
    private static final int MANY = 5_000;

    private final Connections connections = new Connections();

    /** All of them are equal, which must not matter. */
    private static final class FakeConnection implements Connection {
        private final Socket socket = new Socket();

        @Override
        public Route route() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket socket() {
            return socket;
        }

        @Override
        public @Nullable Handshake handshake() {
            return null;
        }

        @Override
        public Protocol protocol() {
            return Protocol.HTTP_1_1;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FakeConnection;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static List<Connection> made(int count) {
        List<Connection> made = new ArrayList<>();
        IntStream.range(0, count).forEach(number -> made.add(new FakeConnection()));
        return made;
    }

    @Test
    void each_connection_has_one_use_of_its_own() {
        List<Connection> open = made(MANY);

        List<ConnectionUse> uses = open.stream().map(connections::of).toList();

        assertThat(new HashSet<>(uses)).hasSize(MANY);
        assertThat(open.stream().map(connections::of)).containsExactlyElementsOf(uses);
        assertThat(connections.size()).isEqualTo(MANY);
    }

    @Test
    void what_the_pool_has_forgotten_makes_room_and_the_rest_stays() {
        List<Connection> open = made(100);
        List<ConnectionUse> uses = open.stream().map(connections::of).toList();

        for (int round = 0; round < 5; round++) {
            made(MANY).forEach(connections::of);
            Eventually.holds("the rest is gone", () -> {
                System.gc();
                return connections.size() == open.size();
            });
        }
        made(MANY).forEach(connections::of);

        assertThat(open.stream().map(connections::of)).containsExactlyElementsOf(uses);
    }

    @Test
    void threads_that_meet_a_connection_at_the_same_time_get_the_same_use() throws Exception {
        int threads = 4;
        List<Connection> open = made(MANY);
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Set<ConnectionUse> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        try {
            Callable<List<ConnectionUse>> asks = () -> {
                together.await();
                return open.stream().map(connections::of).toList();
            };
            for (Future<List<ConnectionUse>> one : pool.invokeAll(Collections.nCopies(threads, asks))) {
                seen.addAll(one.get());
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(seen).hasSize(MANY);
    }
}
