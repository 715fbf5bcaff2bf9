package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Past;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Status;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.SourceSnapshot;
import dev.evenkeel.lb.core.health.OutlierDetector;
import dev.evenkeel.lb.core.health.Prober;
import dev.evenkeel.lb.core.membership.Membership;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.pool.Trial.Claim;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of a balancer under one name. */
final class Balancer implements LoadBalancer {
    private final String name;
    private final Roster roster;
    private final Pool pool;
    private final Switchboard switchboard;
    private final Resources resources;
    private final CloseActions closeActions;

    /** What the balancer gives up when it is closed. */
    record Resources(
            @Nullable Prober prober,
            @Nullable OutlierDetector outliers,
            @Nullable Membership membership,
            Runnable scheduler) {}

    private volatile boolean closed;

    Balancer(String name, Roster roster, Pool pool, Switchboard switchboard, Resources resources) {
        this.name = name;
        this.roster = roster;
        this.pool = pool;
        this.switchboard = switchboard;
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
                return trial(claim, outliers);
            }
        }
        Member member = pool.begin(attempt);
        if (outliers != null) {
            begun(member, outliers);
        }
        return new BackendLease(member, this);
    }

    private static void begun(Member member, OutlierDetector outliers) {
        try {
            outliers.begun();
        } catch (Throwable e) {
            member.end(); // or nobody would end what was counted as begun
            throw e;
        }
    }

    private Lease trial(Claim claim, OutlierDetector outliers) {
        try {
            outliers.trialBegun(claim);
            return new TrialLease(new BackendLease(claim.member(), this), claim, outliers);
        } catch (Throwable e) {
            // Nobody else would free the slot, or end what was counted as begun.
            try {
                outliers.trialTold(claim, Outcome.IGNORED);
            } finally {
                claim.member().end();
            }
            throw e;
        }
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
        requireNoSource();
        roster.add(endpoint);
        pool.refreshAndWait();
    }

    @Override
    public void remove(Endpoint endpoint) {
        requireNoSource();
        roster.remove(endpoint);
        pool.refreshAndWait();
    }

    @Override
    public void replace(Collection<Endpoint> endpoints) {
        requireNoSource();
        roster.replace(endpoints);
        pool.refreshAndWait();
    }

    private void requireNoSource() {
        Membership membership = resources.membership();
        if (membership != null) {
            throw new IllegalStateException(name + ": its backends are what the source \"" + membership.sourceName()
                    + "\" says, and can be changed only there; a ProgrammaticSource can be changed by a program");
        }
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
    public void drain(Endpoint endpoint, Duration deadline, Consumer<? super DrainResult> whenOver) {
        switchboard.drains().begin(roster, endpoint, deadline, whenOver);
        pool.refreshAndWait();
    }

    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return switchboard.readiness().await(roster, resources.prober() != null, timeout);
    }

    @Override
    public LoadBalancerSnapshot snapshot() {
        History history = switchboard.events().history();
        Membership membership = resources.membership();
        SourceSnapshot source = membership == null ? null : membership.source();
        return new LoadBalancerSnapshot(
                name,
                new Status(roster.wallTime(), pool.policyName(), closed, source),
                pool.planSnapshot(),
                roster.snapshot(),
                new Past(history.latest(), history.counts(), pool.picksFailed()));
    }

    @Override
    public List<LoadBalancerEvent> history() {
        return switchboard.events().history().latest();
    }

    @Override
    public void addListener(LoadBalancerListener listener) {
        switchboard.events().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void onClose(Runnable action) {
        if (!closeActions.add(action)) {
            action.run();
        }
    }

    @Override
    public Runnable onOutOfService(Consumer<? super Endpoint> action) {
        return switchboard.outOfService().add(action);
    }

    @Override
    public void close() {
        closed = true;
        if (!roster.close()) {
            return;
        }
        Prober prober = resources.prober();
        Membership membership = resources.membership();
        OutlierDetector outliers = resources.outliers();
        try {
            if (membership != null) {
                membership.close();
            }
            if (prober != null) {
                prober.close();
            }
            if (outliers != null) {
                outliers.close();
            }
            pool.refresh();
        } finally {
            roster.tell(Kind.CLOSED, null, "");
            switchboard.flushLast();
            resources.scheduler().run();
            closeActions.run();
        }
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
