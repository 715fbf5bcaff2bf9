package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.select.HashedPool.Node;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
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
}
