package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.health.OutlierDetector;
import dev.evenkeel.lb.core.health.Prober;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.pool.Trial.Claim;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parts of a balancer under one name. */
final class Balancer implements LoadBalancer {
    private final String name;
    private final Roster roster;
    private final Pool pool;
    private final EventQueue events;
    private final Resources resources;
    private final CloseActions closeActions;

    /** What the balancer gives up when it is closed. */
    record Resources(@Nullable Prober prober, @Nullable OutlierDetector outliers, Runnable scheduler) {}

    private volatile boolean closed;

    Balancer(String name, Roster roster, Pool pool, EventQueue events, Resources resources) {
        this.name = name;
        this.roster = roster;
        this.pool = pool;
        this.events = events;
        this.resources = resources;
        this.closeActions = new CloseActions(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Lease acquire(Attempt attempt) throws NoBackendAvailableException {
        OutlierDetector outliers = resources.outliers();
        if (outliers != null) {
            Claim claim = pool.beginTrial(attempt);
            if (claim != null) {
                outliers.trialBegun(claim);
                return new TrialLease(new BackendLease(claim.member(), this), claim, outliers);
            }
        }
        return new BackendLease(pool.begin(attempt), this);
    }

    void blameFeedback(Throwable thrown) {
        pool.blameFeedback(thrown);
    }

    void unreachable(Member member, Outcome outcome) {
        Prober prober = resources.prober();
        if (prober != null && outcome.cause() != null) {
            prober.unreachable(member, outcome.cause());
        }
    }

    @Override
    public void add(Endpoint endpoint) {
        roster.add(endpoint);
        pool.refreshAndWait();
    }

    @Override
    public void remove(Endpoint endpoint) {
        roster.remove(endpoint);
        pool.refreshAndWait();
    }

    @Override
    public void replace(Collection<Endpoint> endpoints) {
        roster.replace(endpoints);
        pool.refreshAndWait();
    }

    @Override
    public void drain(Endpoint endpoint) {
        roster.drain(endpoint, true);
        pool.refreshAndWait();
    }

    @Override
    public void resume(Endpoint endpoint) {
        roster.drain(endpoint, false);
        pool.refreshAndWait();
    }

    @Override
    public LoadBalancerSnapshot snapshot() {
        return new LoadBalancerSnapshot(name, pool.policyName(), pool.planVersion(), closed, roster.snapshot());
    }

    @Override
    public void addListener(LoadBalancerListener listener) {
        events.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void onClose(Runnable action) {
        if (!closeActions.add(action)) {
            action.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (!roster.close()) {
            return;
        }
        Prober prober = resources.prober();
        OutlierDetector outliers = resources.outliers();
        try {
            if (prober != null) {
                prober.close();
            }
            if (outliers != null) {
                outliers.close();
            }
            pool.refresh();
        } finally {
            roster.tell(Kind.CLOSED, null, "");
            events.flushLast();
            resources.scheduler().run();
            closeActions.run();
        }
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
