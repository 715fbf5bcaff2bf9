package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.health.OutlierDetector;
import dev.evenkeel.lb.core.pool.Trial.Claim;

/** The lease of an attempt that is the trial of its backend. What it learns first decides, the answer as a rule. */
final class TrialLease implements Lease {
    private final BackendLease lease;
    private final Claim claim;
    private final OutlierDetector outliers;

    TrialLease(BackendLease lease, Claim claim, OutlierDetector outliers) {
        this.lease = lease;
        this.claim = claim;
        this.outliers = outliers;
    }

    @Override
    public Backend backend() {
        return lease.backend();
    }

    @Override
    public void answered(Outcome soFar) {
        // An answer that says nothing is no end: the attempt is under way, and its slot is its own.
        if (lease.takeAnswer(soFar) && soFar.kind() != Outcome.Kind.IGNORED) {
            outliers.trialTold(claim, soFar);
        }
    }

    @Override
    public void resent() {
        lease.resent();
    }

    @Override
    public boolean complete(Outcome outcome) {
        boolean first = lease.complete(outcome);
        if (first) {
            outliers.trialTold(claim, outcome);
        }
        return first;
    }

    @Override
    public String toString() {
        return lease + ", a trial";
    }
}
