package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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

    /** The tokens of the members by group. Each map is replaced with its group's selector and never changed. */
    private final Map<Integer, Map<Endpoint, String>> tokens = new ConcurrentHashMap<>();

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
        return new Sticky(Objects.requireNonNull(others, "others"), TokenMint.of(secret));
    }

    /**
     * Returns the token to issue when this backend has answered, whether it is still there or not. The same backend has
     * the same token always. Safe for many threads.
     */
    public String token(Backend backend) {
        Endpoint endpoint = backend.endpoint();
        for (Map<Endpoint, String> group : tokens.values()) {
            String known = group.get(endpoint);
            if (known != null) {
                return known;
            }
        }
        return mint.token(endpoint);
    }

    @Override
    public Selector create(Candidates candidates) {
        Map<Endpoint, String> known = tokens.getOrDefault(candidates.group(), Map.of());
        Map<Endpoint, String> all = new HashMap<>();
        Map<String, Backend> eligible = new HashMap<>();
        for (Candidate member : candidates.members()) {
            Endpoint endpoint = member.backend().endpoint();
            String before = known.get(endpoint);
            String token = before != null ? before : mint.token(endpoint);
            all.put(endpoint, token);
            if (member.eligible()) {
                eligible.put(token, member.backend());
            }
        }
        tokens.put(candidates.group(), all);
        return new ByToken(eligible, others.create(candidates));
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

    private record ByToken(Map<String, Backend> eligible, Selector others) implements Selector {
        @Override
        public @Nullable Backend select(Attempt attempt) {
            String token = attempt.token();
            // The length first: a token comes from outside, and hashing takes as long as it is.
            if (token != null && token.length() == TokenMint.LENGTH) {
                Backend home = eligible.get(token);
                if (home != null && home.inFlight() < others.room(home)) {
                    return home;
                }
            }
            return others.select(attempt);
        }

        @Override
        public long room(Backend picked) {
            return others.room(picked);
        }
    }
}
