package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.health.OutlierDetector;
import dev.evenkeel.lb.core.health.Prober;
import dev.evenkeel.lb.core.membership.Membership;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.plan.SlowStart;
import dev.evenkeel.lb.core.plan.Subset;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.PoolSettings;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.SystemScheduler;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a balancer begins.
 *
 * <pre>{@code
 * LoadBalancer orders = LoadBalancers.named("orders")
 *     .backends("http://10.0.0.1:8080", "http://10.0.0.2:8080")
 *     .healthCheck(HttpHealthCheck.get("/health").every(Duration.ofSeconds(10)))
 *     .build();
 * }</pre>
 *
 * <p>Not safe for many threads; what it builds is.
 */
public final class LoadBalancers {
    /** What may stand as the host of a URL, because that is how calls name the balancer. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");

    /** In a pool below this size one backend is a large share. */
    private static final int FEW = 4;

    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** An event holds what was thrown, with its stack trace. */
    private static final int MOST_HISTORY = 10_000;

    private final String name;
    private final Set<Endpoint> endpoints = new LinkedHashSet<>();
    private final List<LoadBalancerListener> listeners = new ArrayList<>();
    private @Nullable EndpointSource source;
    private Selector.@Nullable Factory policy;
    private @Nullable HealthCheck healthCheck;
    private @Nullable OutlierDetection outlierDetection;
    private PlanRules rules = PlanRules.DEFAULT;
    private long maxInFlight = Long.MAX_VALUE;
    private int history = 100;
    private @Nullable ManualTime time;

    private LoadBalancers(String name) {
        this.name = name;
    }

    /**
     * Starts a balancer.
     *
     * @param name the service's name: 1 to 63 lower-case letters, digits, dots, hyphens or underscores, the first and
     *     the last a letter or digit, so that it can be the host of a URL
     * @throws IllegalArgumentException for any other name
     */
    public static LoadBalancers named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a balancer's name must be 1 to 63 lower-case letters, digits, '.', '-'"
                    + " or '_', with a letter or digit at both ends, was \"" + name + "\"");
        }
        return new LoadBalancers(name);
    }

    /**
     * Adds backends by URL, see {@link Endpoint#of}.
     *
     * @throws IllegalArgumentException if a URL is malformed or was given before
     */
    public LoadBalancers backends(String... urls) {
        return backends(Arrays.stream(urls).map(Endpoint::of).toList());
    }

    /**
     * Adds backends.
     *
     * @throws IllegalArgumentException if one was given before
     */
    public LoadBalancers backends(Collection<Endpoint> added) {
        for (Endpoint endpoint : added) {
            if (!endpoints.add(endpoint)) {
                throw new IllegalArgumentException(name + ": backend " + endpoint + " was given twice");
            }
        }
        return this;
    }

    /**
     * Sets where the balancer learns who its backends are, in the place of {@link #backends(Collection)}; a source that changes
     * takes them in and out while calls run. The balancer is built also if the source has not answered yet or cannot be
     * asked: then attempts fail, saying so, until it does, see {@link LoadBalancer#acquire(Attempt)}.
     *
     * <p>A backend that the source drops drains; one that it names again keeps its health and counters, and stays drained if
     * an operator had it drained (up to 1,024 of those that are away are remembered). With a health check, a set that
     * names none of those that can be used is in force at once, but the old ones stay beside it until one of the new has passed a
     * probe, 30 s at most.
     */
    public LoadBalancers source(EndpointSource newSource) {
        source = Objects.requireNonNull(newSource, "source");
        return this;
    }

    /** Sets how a backend is picked; default {@link RoundRobin}. A policy object serves one balancer. */
    public LoadBalancers policy(Selector.Factory newPolicy) {
        policy = Objects.requireNonNull(newPolicy, "policy");
        return this;
    }

    /** Sets how health is probed; default not at all, every backend is taken as up. */
    public LoadBalancers healthCheck(HealthCheck check) {
        healthCheck = Objects.requireNonNull(check, "healthCheck");
        return this;
    }

    /** Sets how health is probed, with the default cadence and thresholds. */
    public LoadBalancers healthCheck(HealthChecker checker) {
        return healthCheck(HealthCheck.of(checker));
    }

    /**
     * Takes backends out of rotation for a while when attempts on them fail, see {@link OutlierDetection#standard()};
     * default not at all. Made for pools of any size: one backend may always be ejected, and never the last one.
     */
    public LoadBalancers outlierDetection(OutlierDetection detection) {
        outlierDetection = Objects.requireNonNull(detection, "outlierDetection");
        return this;
    }

    /**
     * Limits how many attempts may be in flight on each backend; default any number. When all that are usable are full,
     * an attempt fails at once with a {@link BackendsSaturatedException}. Finding one that is not costs a step for each
     * that is.
     *
     * @throws IllegalArgumentException if the limit is below 1
     */
    public LoadBalancers maxInFlightPerBackend(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("maxInFlightPerBackend must be at least 1, was " + attempts);
        }
        maxInFlight = attempts;
        return this;
    }

    /** Sets the part of the backends that this client uses; default all. */
    public LoadBalancers subset(Subset subset) {
        rules = rules.withSubset(Objects.requireNonNull(subset, "subset"));
        return this;
    }

    /**
     * Sets the zone this client is in. Attempts stay in it as far as its backends have the capacity for an even share of
     * all traffic, and only what they lack goes to other zones. Default: zones play no part.
     */
    public LoadBalancers zone(String zone) {
        rules = rules.withZone(Objects.requireNonNull(zone, "zone"));
        return this;
    }

    /**
     * Sets by how much a tier may be short of healthy backends before the next tier takes over a part; at least 1, default
     * 1.4: a tier serves alone while at least 72 % of its weight is healthy.
     */
    public LoadBalancers overprovisioning(double factor) {
        rules = rules.withOverprovisioning(factor);
        return this;
    }

    /**
     * Sets the share of backends that must be up for their health to count, 0 to 1. With fewer, the probes are taken to be
     * wrong, or the load too much for those that are left: then all backends are used, except those that drain. Decided
     * for each tier, and only when all tiers together cannot carry the traffic, see {@link #overprovisioning}: a single
     * tier does not panic while 72 % of its weight is up. Default 0, never: with nobody up, an attempt fails at once.
     */
    public LoadBalancers panicBelow(double share) {
        rules = rules.withPanicBelow(share);
        return this;
    }

    /** Sets how a backend that joins or comes back is given its share; default all at once. */
    public LoadBalancers slowStart(SlowStart slowStart) {
        rules = rules.withSlowStart(Objects.requireNonNull(slowStart, "slowStart"));
        return this;
    }

    /**
     * Sets how many of the latest events are kept for {@link LoadBalancer#history}; default 100, at most 10,000, 0 for none.
     *
     * @throws IllegalArgumentException for any other number
     */
    public LoadBalancers history(int events) {
        if (events < 0 || events > MOST_HISTORY) {
            throw new IllegalArgumentException("history must be 0 to " + MOST_HISTORY + ", was " + events);
        }
        history = events;
        return this;
    }

    /** Adds a listener that hears every event from the first on. */
    public LoadBalancers listener(LoadBalancerListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Puts the balancer on a clock that is turned by hand, for tests; default the machine's own. */
    public LoadBalancers time(ManualTime manual) {
        time = Objects.requireNonNull(manual, "time");
        return this;
    }

    /**
     * Builds the balancer and starts its probes.
     *
     * @throws IllegalArgumentException if the probe timeout is longer than the probe interval
     * @throws IllegalStateException if neither a backend nor a source was given, or both were, or the policy makes no
     *     selector for the backends that are known
     */
    public LoadBalancer build() {
        requireOneOrigin();
        if (rules.panicBelow() > 0 && source == null && endpoints.size() < FEW) {
            log.warn(
                    "{}: with {} backends a panic threshold of {} is reached when few of them fail",
                    name,
                    endpoints.size(),
                    rules.panicBelow());
        }
        HealthCheck check = healthCheck;
        if (check != null) {
            check.cadence().checked();
        }
        ManualTime manual = time;
        if (manual != null) {
            return build(check, manual, manual, () -> {});
        }
        SystemScheduler scheduler = SystemScheduler.named(name);
        return build(check, Ticker.system(), scheduler, scheduler::close);
    }

    private void requireOneOrigin() {
        if (source == null && endpoints.isEmpty()) {
            throw new IllegalStateException(
                    name + ": no backends; give at least one to backends(...), or a source(...)");
        }
        if (source != null && !endpoints.isEmpty()) {
            throw new IllegalStateException(name + ": both backends(...) and a source(...) were given; merge "
                    + "EndpointSources.fixed(...) with the source \"" + source.name() + "\" into one source");
        }
    }

    /** Builds on a clock and a timer of any make. */
    LoadBalancer build(@Nullable HealthCheck check, Ticker ticker, Scheduler scheduler, Runnable end) {
        Selector.Factory chosen = policy != null ? policy : RoundRobin.policy();
        EventQueue events = new EventQueue(name, ticker, scheduler.thread("events"), new History(history));
        events.add(new TransitionLog());
        listeners.forEach(events::add);
        Switchboard switchboard = Switchboard.of(name, events, ticker, scheduler);
        boolean shut = check != null && check.thresholds().start() == Start.PESSIMISTIC;
        Roster roster = new Roster(name, ticker, switchboard, shut ? Gate.PROBE.bit() : 0);
        PoolSettings settings = new PoolSettings(rules, check != null, maxInFlight);
        Pool pool = new Pool(name, roster, chosen, settings, scheduler);
        EndpointSource chosenSource = source;
        Membership membership = null;
        if (chosenSource == null) {
            roster.replace(endpoints);
        } else {
            membership = Membership.start(chosenSource, roster, pool, ticker, scheduler);
        }
        if (pool.planVersion() == 0) {
            pool.refresh();
        }
        String fault = pool.policyFault();
        if (fault != null) {
            if (membership != null) {
                membership.close();
            }
            end.run();
            throw new IllegalStateException(name + ": policy " + chosen.name() + " fails: " + fault);
        }
        Prober prober = check == null ? null : Prober.start(check, roster, pool, ticker, scheduler);
        OutlierDetection detection = outlierDetection;
        OutlierDetector outliers =
                detection == null ? null : OutlierDetector.start(detection, roster, pool, ticker, scheduler);
        return new Balancer(name, roster, pool, switchboard, new Balancer.Resources(prober, outliers, membership, end));
    }
}
