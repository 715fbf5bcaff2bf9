package dev.evenkeel.lb.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a source replaces everyone, the old ones stay until a new one is known to work. */
class HandoverTest {
    private final ManualTime time = ManualTime.create();
    private final FakeSource source = new FakeSource();
    private final Set<String> down = new HashSet<>();
    private final Set<String> undecided = new HashSet<>();
    private LoadBalancer orders =
            LoadBalancers.named("unused").backends("http://a").build();

    private Verdict verdict(String host) {
        if (undecided.contains(host)) {
            return Verdict.none("no file descriptors");
        }
        return down.contains(host) ? Verdict.fail("HTTP 503") : Verdict.pass();
    }

    private void start(Start start) {
        orders.close();
        orders = LoadBalancers.named("orders")
                .source(source)
                .healthCheck(HealthCheck.of((endpoint, timeout) -> verdict(endpoint.host()))
                        .every(ofSeconds(1))
                        .timeout(ofMillis(500))
                        .start(start))
                .time(time)
                .build();
        source.finds("a", "b");
        time.advance(ofSeconds(5));
        assertThat(up()).containsExactly("a", "b");
    }

    @AfterEach
    void leaves_nothing_behind() {
        orders.close();
        assertThat(time.pendingTasks()).isZero();
    }

    private void finds(Duration wait, String... hosts) {
        source.finds(hosts);
        time.advance(wait);
    }

    private List<String> up() {
        return orders.snapshot().backends().stream()
                .filter(backend -> backend.state() == BackendState.UP)
                .map(backend -> backend.endpoint().host())
                .toList();
    }

    private List<String> hosts() {
        return orders.snapshot().backends().stream()
                .map(backend -> backend.endpoint().host())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Start.class)
    void until_one_of_the_new_has_passed_a_probe(Start start) {
        start(start);
        down.add("d");
        source.finds("c", "d");
        assertThat(hosts()).containsExactly("a", "b", "c", "d");
        time.advance(ofSeconds(1)); // the first probes are spread over a second
        assertThat(hosts()).containsExactly("c", "d");
        assertThat(up()).containsExactly("c");
    }

    @ParameterizedTest
    @EnumSource(Start.class)
    void or_30_s(Start start) {
        start(start);
        down.addAll(Set.of("c", "d"));
        finds(ofMillis(29_999), "c", "d");
        assertThat(up()).containsExactly("a", "b");
        time.advance(ofMillis(1));
        assertThat(hosts()).containsExactly("c", "d");
        assertThat(up()).isEmpty();
    }

    @Test
    void calls_go_on_all_the_while() throws Exception {
        start(Start.PESSIMISTIC);
        source.finds("c", "d");
        for (int i = 0; i < 200; i++) {
            Lease lease = orders.acquire();
            lease.complete(Outcome.SUCCESS);
            time.advance(ofMillis(10));
        }
        assertThat(hosts()).containsExactly("c", "d");
    }

    @Test
    void a_third_set_changes_who_is_awaited_and_not_for_how_long() {
        start(Start.PESSIMISTIC);
        down.addAll(Set.of("c", "e"));
        finds(ofSeconds(20), "c");
        finds(ofMillis(9_999), "e");
        assertThat(hosts()).as("c was dropped and had not proved itself").containsExactly("a", "b", "e");
        time.advance(ofMillis(1));
        assertThat(hosts()).containsExactly("e");
    }

    @Test
    void a_newcomer_that_a_third_set_drops_leaves_at_once_although_it_was_in_rotation() {
        start(Start.OPTIMISTIC);
        undecided.addAll(Set.of("c", "e"));
        finds(ofSeconds(1), "c");
        assertThat(up()).containsExactly("a", "b", "c");
        finds(ofSeconds(1), "e");
        assertThat(hosts()).containsExactly("a", "b", "e");
    }

    @Test
    void a_newcomer_named_by_two_sets_must_still_prove_itself() {
        start(Start.OPTIMISTIC);
        source.finds("c");
        time.advance(ofMillis(1));
        source.finds("c", "d");
        down.addAll(Set.of("c", "d"));
        time.advance(ofSeconds(10));
        assertThat(up()).containsExactly("a", "b");
        down.remove("c");
        time.advance(ofSeconds(10));
        assertThat(hosts()).containsExactly("c", "d");
    }

    @Test
    void the_return_of_an_old_one_ends_the_wait() {
        start(Start.PESSIMISTIC);
        down.add("c");
        finds(ofSeconds(3), "c");
        assertThat(hosts()).containsExactly("a", "b", "c");
        finds(ofMillis(0), "b", "c");
        assertThat(hosts()).containsExactly("b", "c");
        assertThat(up()).containsExactly("b");
    }

    @Test
    void the_return_of_an_old_one_that_is_down_does_not() {
        start(Start.PESSIMISTIC);
        down.add("c");
        finds(ofSeconds(3), "c");
        down.add("b");
        time.advance(ofSeconds(10));
        finds(ofSeconds(1), "b", "c");
        assertThat(hosts()).containsExactly("a", "b", "c");
        assertThat(up()).containsExactly("a");
    }

    @Test
    void a_set_that_keeps_one_that_is_up_is_in_force_at_once() {
        start(Start.PESSIMISTIC);
        source.finds("b", "c");
        assertThat(hosts()).containsExactly("b", "c");
    }

    @Test
    void a_set_that_keeps_only_who_is_down_is_waited_for_too() {
        start(Start.PESSIMISTIC);
        down.add("b");
        time.advance(ofSeconds(10));
        finds(ofSeconds(1), "b");
        assertThat(up()).containsExactly("a");
        down.remove("b");
        time.advance(ofSeconds(10));
        assertThat(hosts()).containsExactly("b");
    }

    @Test
    void an_order_to_have_nobody_ends_it() {
        start(Start.PESSIMISTIC);
        down.add("c");
        finds(ofSeconds(1), "c");
        source.discovery().declared(List.of());
        assertThat(hosts()).isEmpty();
    }

    @Test
    void old_ones_that_cannot_be_used_leave_at_once() {
        start(Start.PESSIMISTIC);
        orders.drain(FakeSource.endpoint("a"));
        down.add("c");
        source.finds("c");
        assertThat(hosts()).containsExactly("b", "c");
    }

    @Test
    void an_empty_answer_meanwhile_changes_nothing() {
        start(Start.PESSIMISTIC);
        down.add("c");
        finds(ofSeconds(1), "c");
        finds(ofSeconds(1));
        assertThat(hosts()).containsExactly("a", "b", "c");
        time.advance(ofSeconds(28));
        assertThat(hosts()).containsExactly("c");
    }

    @Test
    void without_probes_there_is_nothing_to_wait_for() {
        orders.close();
        orders = LoadBalancers.named("orders").source(source).time(time).build();
        source.finds("a");
        time.advance(ofSeconds(1));
        source.finds("b");
        assertThat(hosts()).containsExactly("b");
    }

    @Test
    void one_that_comes_back_while_it_was_leaving_must_prove_itself_again() throws Exception {
        Lease onB = leaving();
        down.add("b");
        finds(ofSeconds(20), "b");
        assertThat(up()).containsExactly("a");
        down.remove("b");
        time.advance(ofSeconds(9));
        assertThat(hosts()).containsExactly("b");
        onB.complete(Outcome.SUCCESS);
    }

    @Test
    void its_first_pass_after_the_return_ends_the_wait() throws Exception {
        Lease onB = leaving();
        source.finds("b");
        assertThat(hosts()).containsExactlyInAnyOrder("a", "b");
        time.advance(ofSeconds(2));
        assertThat(hosts()).containsExactly("b");
        onB.complete(Outcome.SUCCESS);
    }

    /** Leaves a in force and b on its way out, known to be well, with a call in flight. */
    private Lease leaving() throws Exception {
        start(Start.PESSIMISTIC);
        orders.drain(FakeSource.endpoint("a"));
        Lease onB = orders.acquire();
        orders.resume(FakeSource.endpoint("a"));
        finds(ofSeconds(1), "a");
        return onB;
    }
}
