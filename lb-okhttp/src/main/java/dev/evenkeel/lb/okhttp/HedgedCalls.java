package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.retry.RetryTokens;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import dev.evenkeel.lb.core.time.SystemScheduler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Makes calls of a wrapped client that are hedged: one that is slow is made once more on another backend, and the first to
 * succeed is the answer. The other one is cancelled, and its backend is not blamed for that.
 *
 * <pre>{@code
 * OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
 * HedgedCalls hedged = HedgedCalls.of(client, HedgingPolicy.DEFAULT);
 * Retrofit retrofit = new Retrofit.Builder().callFactory(hedged).baseUrl("http://orders/").build();
 * }</pre>
 *
 * <p><b>Which calls.</b> Those that may be repeated, as {@link RetryPolicy} tells: never a POST, unless it says so, nor one with
 * {@link Repeat#NEVER}. If it has a body, two threads may come to write it at the same time; the bodies that OkHttp makes of
 * bytes, texts and files can do that. All other calls, and those for hosts that no balancer is named after, are as they would be
 * without hedging.
 *
 * <p><b>How much.</b> A hedge is paid for out of the same budget as retries, and is one of the extra attempts of {@link
 * RetryPolicy}, of which at least one is allowed here. So with the defaults a call is retried or hedged, and where everything is
 * slow, the load is the calls, a fifth, and the reserve. It never goes to a backend that the call was on.
 *
 * <p><b>How it ends.</b> With the first response, unless that has a status which is tried elsewhere. A leg that fails waits for
 * the other one if that runs. If both fail, the last failure carries every attempt, see {@link AttemptFailedException}. What a
 * backend has answered before the other leg wins counts, if it is a failure. Call timeout, {@link Deadline} and cancel hold for
 * both together.
 *
 * <p><b>What is seen of it.</b> The original is made as ever: by {@code execute} on the caller's thread, by {@code enqueue} on the
 * client's dispatcher. The hedge is made on a daemon thread, on which it may also call back. The two are calls of the client with
 * the same request: interceptors see both, and so do event listeners, with the call of each. A listener hears the loser as a
 * call that was cancelled.
 *
 * <p>Safe for many threads. It has a timer thread until it or the last of its balancers is closed; calls that are made later are
 * not hedged.
 */
public final class HedgedCalls implements Call.Factory, AutoCloseable {
    private final OkHttpClient client;
    private final LoadBalancingInterceptor balancing;
    private final HedgingPolicy policy;
    private final Scheduler scheduler;
    private final Executor workers;

    /** By name of the balancer. */
    private final Map<String, RecentLatencies> latencies = new ConcurrentHashMap<>();

    /** The budgets of balancers whose retries are off, by name. */
    private final Map<String, RetryTokens> ownTokens = new ConcurrentHashMap<>();

    private HedgedCalls(
            OkHttpClient client, LoadBalancingInterceptor balancing, HedgingPolicy policy, Scheduler scheduler) {
        this.client = client;
        this.balancing = balancing;
        this.policy = policy;
        this.scheduler = scheduler;
        this.workers = scheduler.workers("hedge");
    }

    /**
     * Makes hedged calls of a client.
     *
     * @param wrapped by {@link Evenkeel#wrap}, or with a {@link LoadBalancingInterceptor} that was added by hand
     * @throws IllegalArgumentException if it is not
     */
    public static HedgedCalls of(OkHttpClient wrapped, HedgingPolicy policy) {
        LoadBalancingInterceptor balancing = balancing(wrapped);
        Objects.requireNonNull(policy, "policy");
        String names = String.join(
                "+", balancing.balancers().stream().map(LoadBalancer::name).toList());
        return made(wrapped, balancing, policy, SystemScheduler.named(names + "-hedge"));
    }

    static HedgedCalls of(OkHttpClient wrapped, HedgingPolicy policy, Scheduler scheduler) {
        return made(wrapped, balancing(wrapped), policy, scheduler);
    }

    private static HedgedCalls made(
            OkHttpClient client, LoadBalancingInterceptor balancing, HedgingPolicy policy, Scheduler scheduler) {
        closeWithTheLast(balancing.balancers(), scheduler);
        return new HedgedCalls(client, balancing, policy, scheduler);
    }

    private static LoadBalancingInterceptor balancing(OkHttpClient client) {
        for (Interceptor interceptor : client.interceptors()) {
            if (interceptor instanceof LoadBalancingInterceptor balancing) {
                return balancing;
            }
        }
        throw new IllegalArgumentException(
                "hedged calls need a client that balances, was given one with the interceptors " + client.interceptors()
                        + "; wrap it first, see Evenkeel.wrap");
    }

    private static void closeWithTheLast(List<LoadBalancer> balancers, Scheduler scheduler) {
        AtomicInteger open = new AtomicInteger(balancers.size());
        balancers.forEach(balancer -> balancer.onClose(() -> {
            if (open.decrementAndGet() == 0) {
                close(scheduler);
            }
        }));
    }

    private static void close(Scheduler scheduler) {
        if (scheduler instanceof SystemScheduler threads) {
            threads.close();
        }
    }

    /** Makes a call, which is hedged if its URL has a balancer's name as its host. */
    @Override
    public Call newCall(Request request) {
        return balancing.balances(request.url().host()) ? new HedgedCall(this, request) : client.newCall(request);
    }

    OkHttpClient client() {
        return client;
    }

    long delayNanos(Service service) {
        return Math.max(policy.minimum().toNanos(), latencies(service).quantile());
    }

    void took(Service service, long nanos) {
        latencies(service).add(nanos);
    }

    private RecentLatencies latencies(Service service) {
        return latencies.computeIfAbsent(
                service.balancer().name(),
                name -> new RecentLatencies(policy.percentile(), policy.start().toNanos()));
    }

    /** Returns the budget of retries, or one like it where retries are off. */
    RetryTokens tokens(Service service) {
        RetryTokens shared = service.tokens();
        return shared != null
                ? shared
                : ownTokens.computeIfAbsent(
                        service.balancer().name(),
                        name -> service.rules().retries().budget().bucket(System.nanoTime()));
    }

    int mostExtraAttempts(Service service) {
        return Math.max(1, service.rules().retries().extraAttempts());
    }

    Cancellable schedule(Runnable task, long delayNanos) {
        return scheduler.schedule(task, delayNanos);
    }

    void work(Runnable task) {
        workers.execute(task);
    }

    /** Ends the timer. Calls that run are finished, and later ones are not hedged. Closing again changes nothing. */
    @Override
    public void close() {
        close(scheduler);
    }

    /** Returns the names of the balancers. */
    @Override
    public String toString() {
        return balancing.toString();
    }
}
