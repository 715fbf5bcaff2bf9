package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.core.retry.RetryTokens;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each call for a logical host to a live backend of the balancer of that name. {@link Evenkeel#wrap} installs it;
 * it must be the last of the application interceptors.
 *
 * <p>{@code http://orders/v1?q=1} goes to a backend of the balancer {@code orders}: scheme, host and port become the
 * backend's, its path prefix is put in front, and path, query and fragment stay byte for byte. The scheme of the logical
 * URL is {@code http} or {@code https}, it makes no difference, and the port is the scheme's default: {@code
 * http://orders:8080/} is refused with an {@link IOException}, because a port cannot be honoured and a call must not
 * silently go round the balancer. The Host header is the backend's, unless the request has one of its own, which a wrapped
 * client does not take along to a third host.
 *
 * <p>The caller sees the logical URL: in the response and in each prior response, where a URL is the backend's it is
 * mapped back, and in a wrapped client a redirect to the logical host stays at the backend that gave it. Which backend answered is a tag of the response's request: {@code
 * response.request().tag(Backend.class)}. The network response keeps the URL as it was sent. A cache and a cookie jar
 * work below this interceptor and see the backends.
 *
 * <p>A backend whose endpoint has an {@linkplain Endpoint#address address} is connected to at that address, under its name: in
 * the URL, the Host header and TLS. Backends of one name and different addresses share no connection, and other names, as
 * a redirect may bring them, are resolved by the client. If the client has a proxy for such a backend, the call fails with an
 * {@link IOException}, because the proxy would resolve the name by itself; no backend is blamed for that. An interceptor
 * outside that proceeds again reaches the other address. Over HTTP/2, if other calls use the connection that OkHttp would keep
 * it on, a wrapped client makes that attempt as a call of its own, of which the listeners hear as if it were the same; an
 * interceptor that was added by hand fails with an {@link IOException}.
 *
 * <p>A proxy that cannot be connected to blames no backend, and neither does one that does not let the client into a tunnel, if
 * the client was given that proxy, or a selector that names it. What a proxy says of a backend counts against the backend. So
 * does a SOCKS proxy that fails in any other way, one that lets nobody in, and on Java 17 any: OkHttp and the JDK tell of these
 * as of backends that the proxy cannot reach.
 *
 * <p>Certificate pins that the client has for the logical host are checked against the backend's certificate. The call fails
 * with an {@link IOException} if the client has other pins for the backend's own host, or if the logical URL is of https and
 * the backend of http. How it is with {@link Transport#PINNED}, which only a wrapped client has, is told there.
 *
 * <p>A call with an idempotent method, and a body that can be written again if it has one, is marked as {@linkplain
 * Attempt#isRepeatable() repeatable}: a backend that was ejected is tried again with such a call first. If the caller's
 * {@code Attempt} says whether it is, that counts, except that a body which can be written once is never repeatable.
 *
 * <p>A call that fails is tried on another backend where {@link RetryPolicy} says so; what the call ends with then carries each
 * attempt as a suppressed {@link AttemptFailedException}. A wrapped client does that by default, an interceptor that was added
 * by hand if it is told to. OkHttp's own repeats on a new connection to the same backend are off for every call that must
 * not be repeated; one more of its own, after a 503 with {@code Retry-After: 0}, only a wrapped client is without.
 *
 * <p>Without a usable backend the call fails with {@link NoBackendAvailableException}, and no socket is opened. The
 * backend counts the call as in flight until its body is read or closed, or its web socket is closed. A response that the
 * caller forgets instead counts until the garbage collector has found it and the next call is made; a warning is logged once.
 *
 * <p>A host that is no balancer's name is called as by any client; if it cannot be resolved, the {@link UnknownHostException} adds
 * the names that are balanced.
 *
 * <p>A cancel, a call timeout or a {@link Deadline} ends a call at once, in a wrapped client also while a name is resolved, but
 * for two moments in which OkHttp misses it: right before it connects, and between the end of that and the begin of the TLS
 * handshake. Then the call ends when the connection stands, or at the client's connect timeout, or, where the backend accepts
 * and is silent, at its read timeout. So neither of these should be 0, which is for ever.
 */
public final class LoadBalancingInterceptor implements Interceptor {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");
    private static final CallTag<Attempt> ATTEMPT = CallTag.of(Attempt.class);
    private static final CallTag<Deadline> DEADLINE = CallTag.of(Deadline.class);

    private final Map<String, Service> services;
    private final CallRules rules;
    private final WrapResources resources;

    private LoadBalancingInterceptor(Map<String, LoadBalancer> balancers, CallRules rules, WrapResources resources) {
        Map<String, Service> byName = new LinkedHashMap<>();
        balancers.forEach((name, balancer) -> byName.put(
                name, new Service(balancer, rules, new Targets(name, rules.transport(name)), tokens(rules))));
        this.services = Map.copyOf(byName);
        this.rules = rules;
        this.resources = resources;
    }

    private static @Nullable RetryTokens tokens(CallRules rules) {
        RetryPolicy retries = rules.retries();
        return retries.isOn() ? retries.budget().bucket(System.nanoTime()) : null;
    }

    /**
     * Makes an interceptor for the hosts that the balancers are named after, to be added by hand. It leaves the
     * client's connection pool and dispatcher as they are.
     *
     * @throws IllegalArgumentException if no balancer is given, two have one name, or a name cannot be the host of a URL
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static LoadBalancingInterceptor of(LoadBalancer... balancers) {
        OkHttpFloor.check();
        Map<String, LoadBalancer> byName = new LinkedHashMap<>();
        addByName(byName, balancers);
        if (byName.isEmpty()) {
            throw new IllegalArgumentException("at least one balancer must be given, was none");
        }
        return of(byName, CallRules.PLAIN, WrapResources.none());
    }

    static LoadBalancingInterceptor of(Map<String, LoadBalancer> balancers, CallRules rules, WrapResources resources) {
        LoadBalancingInterceptor made = new LoadBalancingInterceptor(balancers, rules, resources);
        balancers.values().forEach(balancer -> Departures.follow(balancer, made));
        return made;
    }

    private LoadBalancingInterceptor with(CallRules changed) {
        Map<String, LoadBalancer> balancers = new LinkedHashMap<>();
        services.forEach((name, service) -> balancers.put(name, service.balancer()));
        return of(balancers, changed, resources);
    }

    /** Returns the same interceptor with another source of what a policy may know of a call; default nothing. */
    public LoadBalancingInterceptor attempts(AttemptSource source) {
        return with(rules.withAttempts(source));
    }

    /** Returns the same interceptor with another judgment of how attempts end; default the usual one. */
    public LoadBalancingInterceptor outcomes(OutcomeClassifier classifier) {
        return with(rules.withOutcomes(classifier));
    }

    /** Returns the same interceptor with retries on other backends; default off. The budget starts anew. */
    public LoadBalancingInterceptor retries(RetryPolicy policy) {
        return with(rules.withRetries(policy));
    }

    static void addByName(Map<String, LoadBalancer> byName, LoadBalancer... added) {
        for (LoadBalancer balancer : Objects.requireNonNull(added, "balancers")) {
            String name = Objects.requireNonNull(balancer, "balancer").name();
            HttpUrl url = HttpUrl.parse("http://" + name + "/");
            if (url == null || !url.host().equals(name)) {
                throw new IllegalArgumentException(
                        "a balancer's name must be usable as the host of a URL, in lower case, was \"" + name + "\"");
            }
            if (byName.putIfAbsent(name, balancer) != null) {
                throw new IllegalArgumentException("two balancers must not have one name, was \"" + name + "\"");
            }
        }
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        ForgottenBody.freeCollected();
        Request request = chain.request();
        Service service = services.get(request.url().host());
        if (service == null) {
            return proceedUnbalanced(chain);
        }
        LoadBalancer balancer = service.balancer();
        HttpUrl url = request.url();
        if (url.port() != HttpUrl.defaultPort(url.scheme())) {
            throw new IOException("the URL of a call to balancer " + balancer.name() + " must have no port, was "
                    + url.port() + " in " + url.redact());
        }
        boolean mayRepeat = Repetition.isAllowed(request);
        Attempt attempt = attempt(balancer, request, mayRepeat);
        CallTracker tracker = CallTracker.of(chain, resources);
        DeadlineWatch deadline = tracker.watchDeadline(balancer.name(), DEADLINE.on(request), chain.call());
        try {
            Response response = new BalancedCall(service, chain, tracker, attempt, mayRepeat).run();
            tracker.watchResponse(chain.call());
            return deadline == null ? response : deadline.watched(response);
        } catch (IOException e) {
            throw deadline == null ? e : deadline.told(e);
        } finally {
            tracker.outside();
        }
    }

    private Response proceedUnbalanced(Chain chain) throws IOException {
        try {
            return UnbalancedTracker.proceed(chain, resources);
        } catch (UnknownHostException e) {
            String host = chain.request().url().host();
            UnknownHostException told = new UnknownHostException(e.getMessage() + " (" + host
                    + " is not the name of a balancer; this client balances " + services.keySet() + ")");
            told.initCause(e);
            throw told;
        }
    }

    private Attempt attempt(LoadBalancer balancer, Request request, boolean mayRepeat) throws IOException {
        Attempt tagged = ATTEMPT.on(request);
        Attempt told = tagged != null ? tagged : told(balancer, request);
        // What the caller says counts, but no word of his lets a body be written twice.
        boolean stands = told.saysIfRepeatable() && (!told.isRepeatable() || Repetition.isReplayable(request.body()));
        return stands ? told : told.repeatable(mayRepeat);
    }

    private Attempt told(LoadBalancer balancer, Request request) throws IOException {
        try {
            Attempt told = rules.attempts().of(request);
            return told == null ? Attempt.PLAIN : told;
        } catch (RuntimeException e) {
            throw new IOException(
                    balancer.name() + ": the attempt source failed for " + request.method() + " "
                            + request.url().redact() + ": " + e,
                    e);
        }
    }

    /** Lets go of what is kept for a backend that is out of service. */
    void outOfService(Endpoint endpoint) {
        ForgottenBody.freeCollected();
        services.values().forEach(service -> outOfService(service.targets(), endpoint));
    }

    private void outOfService(Targets targets, Endpoint endpoint) {
        Target known = targets.remove(endpoint);
        if (known != null) {
            known.leave(); // before the connections are looked through, so that one which is made now is not missed
        }
        Connections connections = resources.connections();
        if (connections == null) {
            return;
        }
        try {
            connections.letGo(known != null ? known : targets.make(endpoint));
        } catch (IOException e) {
            log.debug("{} has no connections", endpoint, e); // Calls to it failed in the same way.
        }
    }

    /** Tells whether calls for a host go to a balancer. */
    boolean balances(String host) {
        return services.containsKey(host);
    }

    /** Returns the balancers. */
    List<LoadBalancer> balancers() {
        return services.values().stream().map(Service::balancer).toList();
    }

    /** Returns how many backends something is kept for. */
    int targets() {
        return services.values().stream()
                .mapToInt(service -> service.targets().size())
                .sum();
    }

    /** Returns how many connections are remembered. */
    int connections() {
        Connections connections = resources.connections();
        return connections == null ? 0 : connections.size();
    }

    /** Returns the names of the balancers. */
    @Override
    public String toString() {
        return services.keySet().toString();
    }
}
