package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/**
 * Gives the {@link OkHttpClient} one already has load balancing.
 *
 * <pre>{@code
 * OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders, users);
 * client.newCall(new Request.Builder().url("http://orders/v1/items").build()).execute();
 * }</pre>
 *
 * <p>A call whose URL has a balancer's name as its host goes to a backend of that balancer, see {@link
 * LoadBalancingInterceptor}. All other calls are as before. The given client is left as it is; the wrapped one is
 * another client that shares with it what {@link OkHttpClient#newBuilder} shares, with these exceptions:
 *
 * <ul>
 *   <li>It gets a connection pool of its own, with room for at least 64 idle connections and at least two for each
 *       backend that is known by then, each kept for 5 minutes. OkHttp's default keeps 5, too few to take turns among backends, and OkHttp
 *       does not tell the size of a pool, so a larger one cannot be recognised: to keep your own, say {@link
 *       #keepConnectionPool()}.
 *   <li>A dispatcher with OkHttp's default values is replaced by one for 256 asynchronous calls at a time, per host and
 *       in all, because OkHttp counts its default of 5 per host on the balancer's name, over all backends. A
 *       dispatcher that was given other limits, an executor or an idle callback is kept, and never changed; a warning
 *       is logged if its limit per host is small.
 *   <li>Its resolver is asked, for balanced calls, on daemon threads of the wrapped client, so that one which hangs holds no call
 *       beyond a cancel or a timeout.
 *   <li>Where a balancer is {@link Transport#PINNED}, no two hosts share an HTTP/2 connection; and if the client has no {@link
 *       javax.net.SocketFactory} of its own, it gets one whose sockets know the ports of the backends.
 * </ul>
 *
 * <p>When a backend goes down or leaves, or its drain has come to an end, the wrapped client closes the connections to it,
 * each as soon as no call uses it. Not in a pool of the user's, which other clients may use as well; for the same reason
 * the wrapped client's pool must not be given to another client. A client that is derived from the wrapped one with {@link
 * OkHttpClient#newBuilder} may use it as long as it keeps the interceptor: without it, its calls are not counted, and a
 * connection can be closed while one of them uses it. Give such a client a pool of its own. An attempt that has to be a call of
 * its own, see {@link RetryPolicy}, has the network interceptors and protocols of the wrapped client, not those of one that is
 * derived from it.
 *
 * <p>When the last of its balancers is closed, the wrapped client closes its idle connections and ends its idle
 * threads, if the pool and the dispatcher are not the user's. It can still call other hosts.
 *
 * <p>Not safe for many threads; the client that it builds is.
 */
public final class Evenkeel {
    private final OkHttpClient client;
    private final Map<String, LoadBalancer> balancers = new LinkedHashMap<>();
    private boolean keepConnectionPool;
    private CallRules rules = CallRules.PLAIN.withRetries(RetryPolicy.DEFAULT);

    private Evenkeel(OkHttpClient client) {
        this.client = client;
    }

    /**
     * Wraps a client with all defaults.
     *
     * @throws IllegalArgumentException as {@link #wrapping}, {@link #balancers} and {@link #build} throw it
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static OkHttpClient wrap(OkHttpClient client, LoadBalancer... balancers) {
        return wrapping(client).balancers(balancers).build();
    }

    /**
     * Starts a wrap with options.
     *
     * @throws IllegalArgumentException if the client is wrapped already
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static Evenkeel wrapping(OkHttpClient client) {
        Objects.requireNonNull(client, "client");
        OkHttpFloor.check();
        for (Interceptor interceptor : client.interceptors()) {
            if (interceptor instanceof LoadBalancingInterceptor) {
                throw new IllegalArgumentException("the client must not be wrapped twice, it already balances "
                        + interceptor + "; give all balancers to one wrap");
            }
        }
        return new Evenkeel(client);
    }

    /**
     * Adds balancers; each one serves the host of its name.
     *
     * @throws IllegalArgumentException if two have one name, or a name cannot be the host of a URL
     */
    public Evenkeel balancers(LoadBalancer... added) {
        LoadBalancingInterceptor.addByName(balancers, added);
        return this;
    }

    /**
     * Leaves the client its own connection pool, whatever its size. Idle connections to a backend that went down or left then
     * stay until the pool gives them up. Connections are shared with other wrapped clients of that pool, those of https only if both
     * or neither have a {@link Transport#PINNED} balancer, and not with clients that are not wrapped, since OkHttp shares none
     * among different resolvers or verifiers of host names. Default: the wrapped client gets a new one.
     */
    public Evenkeel keepConnectionPool() {
        keepConnectionPool = true;
        return this;
    }

    /** Sets where a policy learns of a call, such as its key; default nothing but an {@code Attempt} that is its tag. */
    public Evenkeel attempts(AttemptSource source) {
        rules = rules.withAttempts(source);
        return this;
    }

    /** Sets what is tried again on another backend; default {@link RetryPolicy#DEFAULT}, one extra attempt under a budget. */
    public Evenkeel retries(RetryPolicy policy) {
        rules = rules.withRetries(policy);
        return this;
    }

    /** Sets what the ending of an attempt says of its backend; default {@link OutcomeClassifier#USUAL}. */
    public Evenkeel outcomes(OutcomeClassifier classifier) {
        rules = rules.withOutcomes(classifier);
        return this;
    }

    /**
     * Sets how the calls for one balancer get to a backend; default {@link Transport#REWRITE}.
     *
     * @param balancer the name of one
     */
    public Evenkeel transport(String balancer, Transport transport) {
        rules = rules.withTransport(balancer, transport);
        return this;
    }

    /**
     * Makes the wrapped client.
     *
     * @throws IllegalArgumentException if no balancer was given, or a transport for something else than one of them, or
     *     {@link Transport#PINNED} for a name that is an address
     */
    public OkHttpClient build() {
        if (balancers.isEmpty()) {
            throw new IllegalArgumentException("at least one balancer must be given, was none");
        }
        rules.transports().forEach(this::check);
        WrapResources resources = WrapResources.of(client, balancers.values(), keepConnectionPool);
        OkHttpClient.Builder builder = resources
                .applyTo(client.newBuilder())
                .addInterceptor(LoadBalancingInterceptor.of(balancers, rules, resources));
        builder.networkInterceptors().add(0, new FollowUpInterceptor());
        if (rules.pins()) {
            prepareForPinned(builder);
        }
        OkHttpClient wrapped = builder.build();
        resources.wrapped(wrapped);
        return wrapped;
    }

    private void prepareForPinned(OkHttpClient.Builder builder) {
        builder.hostnameVerifier(new UncoalescedHosts(client.hostnameVerifier()));
        if (PinnedSockets.canReplace(client.socketFactory())) {
            builder.socketFactory(PinnedSockets.FACTORY);
        }
    }

    private void check(String name, Transport transport) {
        if (!balancers.containsKey(name)) {
            throw new IllegalArgumentException("a transport must be for one of the balancers " + balancers.keySet()
                    + ", was " + transport + " for \"" + name + "\"");
        }
        if (transport == Transport.PINNED && AddressPin.isLiteral(name)) {
            throw new IllegalArgumentException("a balancer that is PINNED must be named by a host name, was \"" + name
                    + "\", which is an address, and would be connected to");
        }
    }
}
