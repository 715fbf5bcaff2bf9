package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.HashedPool.Node;
import dev.evenkeel.lb.core.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a token goes back, as long as that is possible. */
class StickyTest {
    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Sticky sticky = Sticky.over(RoundRobin.startingAt(0), SECRET);
    private final HashedPool pool = HashedPool.of(3, sticky);

    private Attempt stickingTo(Node node) {
        return Attempt.sticking(sticky.token(node));
    }

    @Test
    void an_attempt_goes_back_to_the_backend_of_its_token() {
        Selector selector = pool.plan();
        for (Node node : pool.nodes) {
            for (int i = 0; i < 3; i++) {
                assertThat(selector.select(stickingTo(node))).isSameAs(node);
            }
        }
    }

    @Test
    void an_attempt_without_a_token_goes_where_the_other_policy_says() {
        Selector selector = pool.plan();
        assertThat(selector.select(stickingTo(pool.node(2)))).isSameAs(pool.node(2));
        for (Node node : pool.nodes) {
            assertThat(selector.select(Attempt.PLAIN)).isSameAs(node);
        }
    }

    @Test
    void another_backend_and_its_token_take_over_while_one_is_not_eligible() {
        Attempt attempt = stickingTo(pool.node(1));
        pool.node(1).up = false;
        Selector selector = pool.plan();
        Set<Backend> taken = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Backend other = selector.select(attempt);
            assertThat(other).isNotNull();
            assertThat(sticky.token(other)).isNotEqualTo(attempt.token());
            taken.add(other);
        }
        assertThat(taken).containsExactlyInAnyOrder(pool.node(0), pool.node(2));
        pool.node(1).up = true;
        assertThat(pool.plan().select(attempt)).isSameAs(pool.node(1));
    }

    @Test
    void a_token_is_the_same_in_every_process_and_release() {
        // Computed by another program: HMAC-SHA256 of the URL, 16 bytes of it, base64url.
        assertThat(sticky.token(pool.node(0))).isEqualTo("C7Lrbjisqu4boli_Hw01mw");
        assertThat(sticky.token(pool.node(1))).isEqualTo("qzCflFRaKVumUejoBoEvDA");
        pool.plan();
        String kept = sticky.token(pool.node(0));
        assertThat(kept).isEqualTo("C7Lrbjisqu4boli_Hw01mw");
        pool.node(0).up = false;
        pool.plan();
        assertThat(sticky.token(pool.node(0)))
                .as("computed once, when it joined")
                .isSameAs(kept);
    }

    @Test
    void another_secret_makes_other_tokens() {
        Sticky other = Sticky.over(RoundRobin.policy(), "0123456789abcdeF".getBytes(StandardCharsets.US_ASCII));
        assertThat(other.token(pool.node(0))).isNotEqualTo(sticky.token(pool.node(0)));
    }

    @Test
    void a_secret_that_is_changed_afterwards_changes_no_token() {
        byte[] secret = SECRET.clone();
        Sticky copied = Sticky.over(RoundRobin.policy(), secret);
        secret[0]++;
        assertThat(copied.token(pool.node(0))).isEqualTo(sticky.token(pool.node(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15})
    void a_short_secret_is_refused_and_not_told(int length) {
        byte[] secret = "xsecret-xsecret-".substring(0, length).getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> Sticky.over(RoundRobin.policy(), secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret must be at least 16 bytes, was " + length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "C7Lrbjisqu4boli_Hw01mx",
                "c7lrbjisqu4boli_hw01mw",
                "C7Lrbjisqu4boli_Hw01mw ",
                "http://10.0.0.1:8080",
                "\u0000\uFFFF\uD800"
            })
    void an_unknown_token_is_as_none(String token) {
        Selector selector = pool.plan();
        for (Node node : pool.nodes) {
            assertThat(selector.select(Attempt.sticking(token))).isSameAs(node);
        }
        assertThat(selector.select(Attempt.sticking("C".repeat(1 << 20)))).isSameAs(pool.node(0));
    }

    @Test
    void the_token_of_a_backend_that_left_is_still_told_and_leads_elsewhere() {
        Node gone = pool.node(0);
        pool.plan();
        pool.nodes.remove(0);
        assertThat(pool.plan().select(stickingTo(gone))).isNotNull().isNotSameAs(gone);
        assertThat(sticky.token(gone)).isEqualTo("C7Lrbjisqu4boli_Hw01mw");
    }

    @Test
    void the_other_policy_hears_of_attempts_and_limits_them() {
        Sticky over = Sticky.over(ConsistentHash.policy(), SECRET);
        HashedPool hashed = HashedPool.of(4, over);
        Selector selector = hashed.plan();
        Node home = hashed.node(1);
        Attempt attempt = Attempt.sticking(over.token(home));
        assertThat(over.name()).isEqualTo("sticky+consistent-hash");
        for (int total = 0; total < 100; total++) {
            HashedPool.Place place = HashedPool.tryPlace(selector, attempt);
            assertThat(place).isNotNull();
            HashedPool.begun(place.node());
            assertThat(selector.room(hashed.node(3))).isLessThanOrEqualTo(total + 2);
            assertThat(home.inFlight()).as("of %d", total + 1).isEqualTo((int) Math.ceil(1.25 * (total + 1) / 4));
        }
    }

    private HashedPool otherGroup() {
        HashedPool other = HashedPool.of(0, sticky);
        other.join(new Node("http://10.1.0.1:8080", 1));
        other.join(new Node("http://10.1.0.2:8080", 1));
        return other;
    }

    @Test
    void a_token_is_followed_into_another_group() {
        HashedPool other = otherGroup();
        Selector first = pool.plan(0);
        Selector second = other.plan(1);
        for (int i = 0; i < 3; i++) {
            for (Node node : pool.nodes) {
                assertThat(second.select(stickingTo(node))).isSameAs(node);
            }
            for (Node node : other.nodes) {
                assertThat(first.select(stickingTo(node))).isSameAs(node);
            }
        }
    }

    @Test
    void a_backend_of_another_group_that_is_down_is_not_insisted_on() {
        HashedPool other = otherGroup();
        Selector first = pool.plan(0);
        other.plan(1);
        other.node(0).up = false;
        assertThat(first.select(stickingTo(other.node(0)))).isIn(pool.nodes);
        other.node(0).up = true;
        assertThat(first.select(stickingTo(other.node(0)))).isSameAs(other.node(0));
    }

    @Test
    void a_backend_that_changes_its_group_is_followed() {
        HashedPool other = otherGroup();
        pool.plan(0);
        other.plan(1);
        Node mover = pool.nodes.remove(0);
        other.nodes.add(mover);
        Selector first = pool.plan(0);
        Selector second = other.plan(1);
        assertThat(first.select(stickingTo(mover))).isSameAs(mover);
        assertThat(second.select(stickingTo(mover))).isSameAs(mover);
    }

    @Test
    void the_room_of_a_backend_of_another_group_is_that_of_its_group() {
        Sticky over = Sticky.over(ConsistentHash.policy(), SECRET);
        HashedPool mine = HashedPool.of(2, over);
        HashedPool other = HashedPool.of(0, over);
        other.join(new Node("http://10.1.0.1:8080", 1));
        other.join(new Node("http://10.1.0.2:8080", 1));
        Selector selector = mine.plan(0);
        other.plan(1);
        Node home = other.node(0);
        Attempt attempt = Attempt.sticking(over.token(home));
        for (int i = 0; i < 40; i++) {
            other.node(i % 2).inFlight.incrementAndGet();
            HashedPool.begun(other.node(i % 2));
        }
        assertThat(selector.select(attempt)).as("20 of 40, when 26 may be").isSameAs(home);
        assertThat(selector.room(home)).isEqualTo((int) Math.ceil(1.25 * 41 / 2));
        home.inFlight.set(40);
        assertThat(selector.select(attempt)).isIn(mine.nodes);
        assertThat(selector.room(mine.node(0))).as("its own group is idle").isEqualTo(1);
    }

    @Test
    void in_a_panic_a_token_is_followed_to_what_is_down() {
        HashedPool other = otherGroup();
        pool.panic = true;
        other.panic = true;
        pool.node(1).up = false;
        other.node(1).up = false;
        Selector first = pool.plan(0);
        other.plan(1);
        assertThat(first.select(stickingTo(pool.node(1)))).isSameAs(pool.node(1));
        assertThat(first.select(stickingTo(other.node(1)))).isSameAs(other.node(1));
    }

    @Test
    void it_uses_keys_if_the_other_policy_does() {
        assertThat(sticky.usesKeys()).isFalse();
        assertThat(Sticky.over(ConsistentHash.policy(), SECRET).usesKeys()).isTrue();
    }

    @Test
    void a_balancer_that_spills_over_to_a_second_tier_keeps_who_has_a_token() throws Exception {
        ManualTime time = ManualTime.create();
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(Stream.of("http://a", "http://sick1", "http://sick2", "http://b;tier=1", "http://c;tier=1")
                        .map(Endpoint::labelled)
                        .toList())
                .policy(sticky)
                .time(time)
                .healthCheck(HealthCheck.of((endpoint, timeout) ->
                                endpoint.host().startsWith("sick") ? Verdict.fail("sick") : Verdict.pass())
                        .every(Duration.ofSeconds(1))
                        .rise(1)
                        .fall(1))
                .build()) {
            time.advance(Duration.ofSeconds(5));
            Set<Backend> all = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                all.add(taken(orders, Attempt.PLAIN));
            }
            assertThat(all).hasSize(3);
            for (Backend home : all) {
                for (int i = 0; i < 200; i++) {
                    assertThat(taken(orders, Attempt.sticking(sticky.token(home))))
                            .isSameAs(home);
                }
            }
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a null checker can do
    void null_is_refused_by_name() {
        assertThatThrownBy(() -> Sticky.over(null, SECRET))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("others");
        assertThatThrownBy(() -> Sticky.over(RoundRobin.policy(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("secret");
    }

    private static Backend taken(LoadBalancer orders, Attempt attempt) throws NoBackendAvailableException {
        Lease lease = orders.acquire(attempt);
        lease.complete(Outcome.SUCCESS);
        return lease.backend();
    }
}
