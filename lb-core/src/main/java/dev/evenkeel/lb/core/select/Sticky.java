package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.select.StickyHomes.Home;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends an attempt back to the backend that its token was issued for, and all others where another policy says. Safe for
 * many threads; takes no lock, and a pick allocates nothing of its own.
 *
 * <p><b>The token</b> of a backend is the HMAC-SHA256 (<a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>) of
 * its {@linkplain Endpoint#url() URL} under a secret, the first 128 bits of it in URL-safe base64: 22 characters that
 * tell nothing of the address. With the same secret it is the same in every process, so it survives restarts and is
 * understood by every client of a service. Whoever has a token can only ask for that backend again; it proves nothing of
 * whoever brings it.
 *
 * <p>If the backend of the token is not eligible, or the other policy gives it no room, or nothing ever had that
 * token, the other policy picks, and {@link #token} of what it picked is to be issued anew.
 *
 * <p>A token is also followed out of the tier or zone that was drawn for the attempt, to any backend that has had traffic
 * in this process: who began on a tier that took what another one could not stays there for as long as it is up.
 *
 * <pre>{@code
 * Sticky sticky = Sticky.over(RoundRobin.policy(), secret);
 * LoadBalancer orders = LoadBalancers.named("orders").backends(...).policy(sticky).build();
 * OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
 *
 * Request request = new Request.Builder()
 *     .url("http://orders/cart")
 *     .tag(Attempt.class, Attempt.sticking(tokenFromTheUser))
 *     .build();
 * try (Response response = client.newCall(request).execute()) {
 *   String token = sticky.token(response.request().tag(Backend.class));
 *   if (!token.equals(tokenFromTheUser)) {
 *     issue(token); // in a cookie of one's own, say
 *   }
 * }
 * }</pre>
 *
 * <p><b>Cost.</b> A look into a hash table for an attempt with a token, nothing for one without. A token is computed once
 * for each backend that joins.
 *
 * <p>Right for what a backend keeps of a user and others cannot get, as long as it may be lost; for what is merely faster
 * the second time, {@link ConsistentHash} needs no token. Users who stay do not move to backends that are added, so the
 * load evens out only as they leave. A backend in slow start gets those who were there before at once.
 */
public final class Sticky implements Selector.Factory {
    private final Selector.Factory others;
    private final TokenMint mint;

    /** Whom the tokens lead to, in all groups. Replaced by the thread that makes selectors. */
    private volatile StickyHomes homes = StickyHomes.NONE;

    private Sticky(Selector.Factory others, TokenMint mint) {
        this.others = others;
        this.mint = mint;
    }

    /**
     * Returns the policy for one balancer.
     *
     * @param others picks for attempts that have no token, or none that can be followed
     * @param secret at least 16 random bytes, the same for all clients of a service and kept from everybody else; it is
     *     copied. Another secret makes all tokens that are out unknown
     * @throws IllegalArgumentException if the secret is shorter
     */
    public static Sticky over(Selector.Factory others, byte[] secret) {
        return new Sticky(
                Objects.requireNonNull(others, "others"), TokenMint.of(Objects.requireNonNull(secret, "secret")));
    }

    /**
     * Returns the token to issue when this backend has answered, whether it is still there or not. The same backend has
     * the same token always. Safe for many threads.
     */
    public String token(Backend backend) {
        String known = homes.token(backend.endpoint());
        return known != null ? known : mint.token(backend.endpoint());
    }

    @Override
    public Selector create(Candidates candidates) {
        Selector selector = others.create(candidates);
        StickyHomes known = homes;
        Map<String, Backend> eligible = new HashMap<>();
        List<Home> group = new ArrayList<>();
        for (Candidate member : candidates.members()) {
            Backend backend = member.backend();
            Endpoint endpoint = backend.endpoint();
            String before = known.token(endpoint);
            String token = before != null ? before : mint.token(endpoint);
            group.add(new Home(token, backend, selector));
            if (member.eligible()) {
                eligible.put(token, backend);
            }
        }
        homes = known.with(candidates.group(), group);
        return new ByToken(Map.copyOf(eligible), selector, candidates.ignoresHealth());
    }

    @Override
    public @Nullable Feedback feedback(Backend backend, LongSupplier clock) {
        return others.feedback(backend, clock);
    }

    /** Returns {@code sticky+} and the name of the other policy. */
    @Override
    public String name() {
        return "sticky+" + others.name();
    }

    @Override
    public boolean usesKeys() {
        return others.usesKeys();
    }

    private final class ByToken implements Selector {
        private final Map<String, Backend> eligible;
        private final Selector selector;
        private final boolean ignoresHealth;

        ByToken(Map<String, Backend> eligible, Selector selector, boolean ignoresHealth) {
            this.eligible = eligible;
            this.selector = selector;
            this.ignoresHealth = ignoresHealth;
        }

        @Override
        public @Nullable Backend select(Attempt attempt) {
            String token = attempt.token();
            // The length first: a token comes from outside, and hashing takes as long as it is.
            if (token != null && token.length() == TokenMint.LENGTH) {
                Backend home = eligible.get(token);
                if (home != null) {
                    if (!attempt.excludes(home) && home.inFlight() < selector.room(home)) {
                        return home;
                    }
                } else {
                    Backend away = away(token);
                    if (away != null && !attempt.excludes(away)) {
                        return away;
                    }
                }
            }
            return selector.select(attempt);
        }

        /** Returns the backend of a token that is not of this set, if it may be used and has room. */
        private @Nullable Backend away(String token) {
            Home home = homes.of(token);
            return home != null && (ignoresHealth || home.backend().isEligible()) && home.hasRoom()
                    ? home.backend()
                    : null;
        }

        @Override
        public long room(Backend picked) {
            return homes.isOneGroup() ? selector.room(picked) : homes.room(picked, selector);
        }
    }
}
