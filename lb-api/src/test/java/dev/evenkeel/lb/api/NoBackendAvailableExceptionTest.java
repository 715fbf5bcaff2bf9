package dev.evenkeel.lb.api;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoBackendAvailableExceptionTest {
    private static final BackendHealth REFUSED = BackendHealth.UNCHECKED
            .failedAgain("connection refused", new ConnectException())
            .failedAgain("connection refused", new ConnectException());

    @Test
    void tells_of_every_backend_why_it_is_not_usable() {
        var all = List.of(
                backend("http://a:1", BackendState.DOWN, ofSeconds(12), REFUSED),
                backend("http://b:1", BackendState.DRAINING, Duration.ofMinutes(3), BackendHealth.PASSING),
                backend("http://c:1", BackendState.DOWN, ofMillis(40), BackendHealth.UNCHECKED),
                ejected("http://d:1", ofSeconds(4), "5 failures in a row"));
        assertThat(new NoBackendAvailableException("orders", Reason.NONE_USABLE, all))
                .hasMessage("orders: none of 4 backends is usable: http://a:1 down 12 s (2 failed probes: connection"
                        + " refused), http://b:1 draining 3 min, http://c:1 down 40 ms (no probe has answered yet),"
                        + " http://d:1 ejected 4 s (5 failures in a row)");
    }

    @Test
    void tells_none_known_from_closed() {
        assertThat(new NoBackendAvailableException("orders", Reason.NONE_KNOWN, List.of()))
                .hasMessage("orders: no backend is known");
        assertThat(new NoBackendAvailableException("orders", Reason.CLOSED, List.of()))
                .hasMessage("orders: the balancer is closed");
    }

    @Test
    void stays_readable_in_a_large_pool() {
        var all = IntStream.range(0, 1_000)
                .mapToObj(i -> backend("http://b" + i, BackendState.DOWN, ofSeconds(1), REFUSED))
                .toList();
        var e = new NoBackendAvailableException("orders", Reason.NONE_USABLE, all);
        assertThat(e.getMessage())
                .contains("none of 1000")
                .endsWith(", and 990 more")
                .hasSizeLessThan(1_000);
        assertThat(e.backends()).hasSize(1_000);
    }

    @Test
    void keeps_its_message_over_serialization() throws Exception {
        var all = List.of(backend("http://a:1", BackendState.DOWN, ofSeconds(12), REFUSED));
        var e = new NoBackendAvailableException("orders", Reason.NONE_USABLE, all);
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            var copy = (NoBackendAvailableException) in.readObject();
            assertThat(copy).hasMessage(e.getMessage());
            assertThat(copy.backends()).isEmpty();
        }
    }

    private static BackendSnapshot ejected(String url, Duration inState, String why) {
        BackendTraffic traffic = new BackendTraffic(0, 5, 5);
        return new BackendSnapshot(
                Endpoint.of(url), BackendState.EJECTED, inState, BackendHealth.PASSING, why, traffic);
    }

    private static BackendSnapshot backend(String url, BackendState state, Duration inState, BackendHealth health) {
        return new BackendSnapshot(Endpoint.of(url), state, inState, health, "", new BackendTraffic(0, 0, 0));
    }
}
