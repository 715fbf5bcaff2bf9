package dev.evenkeel.lb.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Past;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Status;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.SourceSnapshot.State;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotJsonTest {
    private static final Instant AT = Instant.parse("2026-11-23T08:00:00Z");

    @Test
    void the_whole_form_is_that_of_the_golden_file() throws Exception {
        assertThat(snapshot(new ConnectException("said \"no\"\n\0\uD800 \\")).toJson())
                .isEqualTo(golden());
    }

    @Test
    void without_a_source_there_is_null_in_its_place() {
        LoadBalancerSnapshot plain = new LoadBalancerSnapshot(
                "orders", new Status(AT, "random", false), new PlanSnapshot(0, List.of()), List.of(), Past.NONE);
        assertThat(plain.toJson()).contains("\"closed\":false,\"source\":null,\"plan\":");
        assertThat(plain).hasToString("orders: 0 of 0 backends up, random, plan 0");
    }

    @Test
    void it_is_one_line() {
        assertThat(snapshot(new ConnectException("a\r\nb\u2028c\u0085")).toJson())
                .doesNotContainPattern("\\R")
                .contains("a\\r\\nb\\u2028c\\u0085");
    }

    @Test
    void a_message_that_cannot_be_read_costs_nothing_but_itself() {
        Throwable broken = new IllegalStateException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new UnsupportedOperationException("broken");
            }
        };
        assertThat(snapshot(broken).toJson())
                .contains("\"message\":\"unreadable, it threw a java.lang.UnsupportedOperationException\"")
                .endsWith("]}");
    }

    @Test
    void a_message_of_any_length_takes_a_bounded_place() {
        int usual = snapshot(new ConnectException("")).toJson().length();
        int longest =
                snapshot(new ConnectException("x".repeat(1_000_000))).toJson().length();
        assertThat(longest - usual).isEqualTo(2 * 1_003);
    }

    @Test
    void a_change_after_it_was_taken_is_not_in_it() {
        List<LoadBalancerEvent> events = new ArrayList<>();
        Past past = new Past(events, Map.of(), Map.of());
        events.add(new LoadBalancerEvent(Kind.CLOSED, "orders", AT, null, ""));
        assertThat(past.history()).isEmpty();
    }

    @Test
    void the_history_prints_a_line_for_each_event() {
        assertThat(snapshot(new ConnectException()).past().toString().lines())
                .containsExactly(
                        "2026-11-23T08:00:00Z orders: http://a:8080 is DOWN: first probe failed: connection refused;"
                                + " was up for 5 min; first check; pending",
                        "2026-11-23T08:00:01Z orders is PANIC_ON: 1 of 2 in tier 0 are up, their health is ignored");
    }

    @Test
    void since_when_is_reckoned_from_how_long_it_lasted() {
        LoadBalancerSnapshot snapshot = snapshot(new ConnectException());
        assertThat(snapshot.history().get(0).since()).isEqualTo(AT.minusSeconds(300));
        assertThat(snapshot.history().get(1).since()).isNull();
    }

    private static LoadBalancerSnapshot snapshot(Throwable cause) {
        BackendSnapshot down = new BackendSnapshot(
                Endpoint.of("http://a:8080").withWeight(5).withZone("eu-1"),
                BackendState.DOWN,
                Duration.ofMillis(12_345),
                new BackendHealth(true, 3, "connection refused", cause),
                "",
                new BackendTraffic(2, 1_000, 40, 7));
        BackendSnapshot up = new BackendSnapshot(
                Endpoint.of("https://b:8443/x").withAddress(address()).withTier(1),
                BackendState.EJECTED,
                Duration.ZERO,
                BackendHealth.UNCHECKED,
                "5 failures in a row",
                new BackendTraffic(0, 0, 0));
        Change fall = new Change(
                "first probe failed: connection refused",
                cause,
                new Before(BackendState.UP, Duration.ofMinutes(5)),
                Set.of(Flag.PENDING, Flag.FIRST_CHECK));
        SourceSnapshot source =
                new SourceSnapshot("dns orders.internal", State.FAILING, "timed out", Duration.ofSeconds(90));
        return new LoadBalancerSnapshot(
                "orders",
                new Status(AT.plusSeconds(5), "round-robin", false, source),
                new PlanSnapshot(
                        7,
                        List.of(
                                new PlanSnapshot.Group(0, "eu-1", 0.75, 2, true),
                                new PlanSnapshot.Group(1, null, 0.25, 1, false))),
                List.of(down, up),
                new Past(
                        List.of(
                                new LoadBalancerEvent(Kind.DOWN, "orders", AT, down, fall),
                                new LoadBalancerEvent(
                                        Kind.PANIC_ON,
                                        "orders",
                                        AT.plusSeconds(1),
                                        null,
                                        "1 of 2 in tier 0 are up, their health is ignored")),
                        Map.of(Kind.PLAN_PUBLISHED, 7L, Kind.DOWN, 1L, Kind.JOINED, 2L),
                        Map.of(Reason.NONE_USABLE, 3L)));
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The file has breaks and indents for people, which the form itself has not. */
    private static String golden() throws IOException {
        try (InputStream in = SnapshotJsonTest.class.getResourceAsStream("snapshot.json")) {
            if (in == null) {
                throw new AssertionError("no golden file");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .collect(joining());
        }
    }
}
