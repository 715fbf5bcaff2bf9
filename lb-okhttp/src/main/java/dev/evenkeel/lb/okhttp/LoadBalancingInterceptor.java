package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
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
 * silently go round the balancer. The Host header is the backend's, unless the request has one of its own.
 *
 * <p>The caller sees the logical URL: in the response and in each prior response, where a URL is the backend's it is
 * mapped back. Which backend answered is a tag of the response's request: {@code
 * response.request().tag(Backend.class)}. The network response keeps the URL as it was sent. A cache and a cookie jar
 * work below this interceptor and see the backends.
 *
 * <p>A backend whose endpoint has an {@linkplain Endpoint#address address} is connected to at that address, under its name: in
 * the URL, the Host header and TLS. Backends of one name and different addresses share no connection, and other names, as
 * a redirect may bring them, are resolved by the client. If the client has a proxy for such a backend, the call fails with an
 * {@link IOException}, because the proxy would resolve the name by itself; no backend is blamed for that. An interceptor
 * outside that proceeds again reaches the other address over HTTP/1.1; over HTTP/2 the call fails with an
 * {@link IOException} if other calls use the connection that OkHttp would keep it on.
 *
 * <p>A call with an idempotent method, and a body that can be written again if it has one, is marked as {@linkplain
 * Attempt#isRepeatable() repeatable}: a backend that was ejected is tried again with such a call first. If the caller's
 * {@code Attempt} says whether it is, that counts, except that a body which can be written once is never repeatable.
 *
 * <p>Without a usable backend the call fails with {@link NoBackendAvailableException}, and no socket is opened. The
 * backend counts the call as in flight until its body is read or closed, or its web socket is closed.
 */
public final class LoadBalancingInterceptor implements Interceptor {
    /** Far above any pool that is not churning; what is lost beyond it is a microsecond per call. */
    private static final int TARGETS = 4_096;

    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final Map<String, LoadBalancer> balancers;
    private final AttemptSource attempts;
    private final WrapResources resources;
    private final Map<Endpoint, RewriteTarget> targets = new ConcurrentHashMap<>();

    private LoadBalancingInterceptor(
            Map<String, LoadBalancer> balancers, AttemptSource attempts, WrapResources resources) {
        this.balancers = Map.copyOf(balancers);
        this.attempts = attempts;
        this.resources = resources;
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
        return of(byName, request -> null, WrapResources.none());
    }

    static LoadBalancingInterceptor of(
            Map<String, LoadBalancer> balancers, AttemptSource attempts, WrapResources resources) {
        LoadBalancingInterceptor made = new LoadBalancingInterceptor(balancers, attempts, resources);
        balancers.values().forEach(balancer -> Departures.follow(balancer, made));
        return made;
    }

    /** Returns the same interceptor with another source of what a policy may know of a call; default nothing. */
    public LoadBalancingInterceptor attempts(AttemptSource source) {
        return of(balancers, Objects.requireNonNull(source, "attempts"), resources);
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
        Request request = chain.request();
        LoadBalancer balancer = balancers.get(request.url().host());
        if (balancer == null) {
            return UnbalancedTracker.proceed(chain, resources.connections());
        }
        HttpUrl url = request.url();
        if (url.port() != HttpUrl.defaultPort(url.scheme())) {
            throw new IOException("the URL of a call to balancer " + balancer.name() + " must have no port, was "
                    + url.port() + " in " + url.redact());
        }
        Lease lease = acquire(balancer, attempt(balancer, request));
        return proceed(chain, CallTracker.of(chain.call(), resources).begin(lease));
    }

    private Attempt attempt(LoadBalancer balancer, Request request) throws IOException {
        Attempt tagged = request.tag(Attempt.class);
        Attempt told = tagged != null ? tagged : told(balancer, request);
        // What the caller says counts, but no word of his lets a body be written twice.
        boolean stands = told.saysIfRepeatable() && (!told.isRepeatable() || canBeWrittenAgain(request.body()));
        return stands ? told : told.repeatable(mayRepeat(request));
    }

    private static boolean canBeWrittenAgain(@Nullable RequestBody body) {
        return body == null || (!body.isOneShot() && !body.isDuplex());
    }

    /** Idempotent by RFC 9110, with a body, if any, that can be written again. */
    private static boolean mayRepeat(Request request) {
        return switch (request.method()) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> canBeWrittenAgain(request.body());
            default -> false;
        };
    }

    private Attempt told(LoadBalancer balancer, Request request) throws IOException {
        try {
            Attempt told = attempts.of(request);
            return told == null ? Attempt.PLAIN : told;
        } catch (RuntimeException e) {
            throw new IOException(
                    balancer.name() + ": the attempt source failed for " + request.method() + " "
                            + request.url().redact() + ": " + e,
                    e);
        }
    }

    private static Lease acquire(LoadBalancer balancer, Attempt attempt) throws IOException {
        try {
            return balancer.acquire(attempt);
        } catch (RuntimeException e) {
            // OkHttp would let it kill the thread.
            throw new IOException(balancer.name() + ": the balancer failed to give a backend: " + e, e);
        }
    }

    private Response proceed(Chain chain, TrackedAttempt attempt) throws IOException {
        try {
            Request request = chain.request();
            Backend backend = attempt.backend();
            RewriteTarget target = target(backend.endpoint());
            Request.Builder copy = request.newBuilder().tag(Backend.class, backend);
            Request sent = copy.url(target.rewrite(request.url())).build();
            attempt.target(target);
            Response answer = attempt.delivery().send(led(chain, target, attempt), sent, attempt::again);
            attempt.answered(answer);
            return target.mapBack(answer, sent, copy.url(request.url()).build());
        } catch (IOException e) {
            attempt.threw(e, chain.call().isCanceled());
            throw e;
        } catch (RuntimeException | Error e) {
            attempt.abandon();
            throw e;
        }
    }

    private Chain led(Chain chain, RewriteTarget target, TrackedAttempt attempt) throws IOException {
        try {
            CallTracker.of(chain.call(), resources).leaveFor(target);
            return target.on(chain);
        } catch (IOException e) {
            attempt.abandon(); // The client is not set up for such a backend, which is not the backend's fault.
            throw e;
        }
    }

    /** Lets go of what is kept for a backend that is out of service. */
    void outOfService(Endpoint endpoint) {
        RewriteTarget known = targets.remove(endpoint);
        if (known != null) {
            known.leave(); // before the connections are looked through, so that one which is made now is not missed
        }
        Connections connections = resources.connections();
        if (connections == null) {
            return;
        }
        try {
            connections.letGo(known != null ? known : RewriteTarget.of(endpoint));
        } catch (IOException e) {
            log.debug("{} has no connections", endpoint, e); // Calls to it failed in the same way.
        }
    }

    /** Returns how many backends something is kept for. */
    int targets() {
        return targets.size();
    }

    /** Returns how many connections are remembered. */
    int connections() {
        Connections connections = resources.connections();
        return connections == null ? 0 : connections.size();
    }

    private RewriteTarget target(Endpoint endpoint) throws IOException {
        RewriteTarget known = targets.get(endpoint);
        if (known != null) {
            return known;
        }
        if (targets.size() >= TARGETS) {
            targets.clear();
        }
        RewriteTarget made = RewriteTarget.of(endpoint);
        targets.put(endpoint, made);
        return made;
    }

    /** Returns the names of the balancers. */
    @Override
    public String toString() {
        return balancers.keySet().toString();
    }
}
