package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.PlanSnapshot;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.flight.Flight;
import dev.evenkeel.lb.core.time.Scheduler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The pick, and the plan it reads.
 *
 * <p>A pick asks the selector of the published plan and checks the answer's gates, because a gate may have closed after
 * the plan was made. What it does when the answer is of no use is a {@link Search}.
 */
public final class Pool {
    private final String name;
    private final Roster roster;
    private final PolicyFaults faults;
    private final Planner planner;
    private final PickFailures failures = new PickFailures();
    private final long maxInFlight;
    private final boolean probed;

    /** The one word that picks read. Written by the planner's builder of the moment. */
    private volatile Plan plan = Plan.EMPTY;

    /** Set once, before the pool is used. */
    private volatile PoolObserver observer = PoolObserver.NONE;

    /** Where the next lap starts, so that laps too spread over the members. */
    private final AtomicLong laps = new AtomicLong(ThreadLocalRandom.current().nextLong());

    /** Makes a pool without rules, which needs no timer. */
    public Pool(String name, Roster roster, Selector.Factory policy) {
        this(name, roster, policy, PoolSettings.PLAIN, null);
    }

    /**
     * Makes a pool over a roster. The first plan is empty until {@link #refresh}.
     *
     * @param timer makes the plans that only time asks for; may be null without a slow start
     */
    public Pool(String name, Roster roster, Selector.Factory policy, PoolSettings settings, @Nullable Scheduler timer) {
        this.name = name;
        this.roster = roster;
        this.maxInFlight = settings.maxInFlight();
        this.probed = settings.probed();
        this.faults = new PolicyFaults(name, policy, roster);
        PlanBuilder builder = new PlanBuilder(roster, policy, faults, settings);
        this.planner = new Planner(roster, builder, made -> plan = made, timer);
    }

    /** Sets who hears of changes. */
    public void observe(PoolObserver newObserver) {
        observer = newObserver;
    }

    Plan plan() {
        return plan;
    }

    Roster roster() {
        return roster;
    }

    /** Returns a backend for an attempt without counting it, or null if none is eligible. Safe for many threads. */
    public @Nullable Member pick(Attempt attempt) {
        Group group = plan.group(attempt);
        Member picked = ask(group, attempt);
        if (picked != null && group.admits(picked) && !attempt.excludes(picked)) {
            return picked;
        }
        return new Search(this, attempt, Search.Purpose.LOOK).run();
    }

    /**
     * Picks a backend and counts an attempt on it as begun.
     *
     * <p>The gates are checked once more after the count. So once a change has returned, no attempt begins on the
     * backend it closed, and one that is drained and has nothing in flight gets nothing any more.
     *
     * @throws NoBackendAvailableException if none is eligible, or none that is has room for another attempt
     */
    public Member begin(Attempt attempt) throws NoBackendAvailableException {
        Group group = plan.group(attempt);
        Member picked = ask(group, attempt);
        if (picked != null && !attempt.excludes(picked)) {
            int mask = group.maskFor(picked);
            // Looked at before the count as well: a count that is taken back may have to ask who leaves.
            if ((picked.gates & mask) == 0 && picked.begin(room(group, picked), mask)) {
                return picked;
            }
        }
        Search search = new Search(this, attempt, Search.Purpose.BEGIN);
        Member found = search.run();
        if (found == null) {
            throw none(search);
        }
        return found;
    }

    /**
     * Begins an attempt on a backend that is half-open, if there is one, its slot is free and the attempt may be its trial;
     * one trial at a time for each backend. Costs one look at the plan while nobody is half-open.
     *
     * @return the claim, with the attempt counted as begun on its member, or null if the attempt goes where others go
     */
    public Trial.@Nullable Claim beginTrial(Attempt attempt) {
        Trial[] trials = plan.trials;
        return trials.length == 0 ? null : beginTrial(trials, attempt);
    }

    private Trial.@Nullable Claim beginTrial(Trial[] trials, Attempt attempt) {
        long now = roster.clock().getAsLong();
        for (Trial trial : trials) {
            Member member = trial.member();
            if (trial.isOpen(now) && trial.accepts(attempt, now) && !attempt.excludes(member) && isWell(member)) {
                Trial.Claim claim = trial.claim(now);
                if (claim != null && member.begin(maxInFlight, Gate.TRIAL)) {
                    return claim;
                }
                if (claim != null) {
                    claim.undo();
                }
            }
        }
        return null;
    }

    private boolean isWell(Member member) {
        return (member.gates & Gate.TRIAL) == 0 && member.passes(probed);
    }

    private NoBackendAvailableException none(Search search) {
        NoBackendAvailableException none = why(search);
        failures.count(none.reason());
        Flight.pickFailed(name, none.reason(), none.backends());
        return none;
    }

    private NoBackendAvailableException why(Search search) {
        if (roster.isClosed()) {
            return new NoBackendAvailableException(name, Reason.CLOSED, List.of());
        }
        var briefing = roster.briefing();
        if (search.metFull()) {
            return new BackendsSaturatedException(name, briefing);
        }
        if (search.metTried()) {
            return new NoBackendAvailableException(name, Reason.NONE_UNTRIED, briefing);
        }
        return new NoBackendAvailableException(
                name, briefing.isEmpty() ? Reason.NONE_KNOWN : Reason.NONE_USABLE, briefing, observer.whyNone());
    }

    /** Returns what the selector answers, or null if that is of no use. Does not look at its gates. */
    @Nullable
    Member ask(Group group, Attempt attempt) {
        Backend picked;
        try {
            picked = group.selector.select(attempt);
        } catch (Throwable e) {
            faults.blame(() -> "it threw " + e, e);
            return null;
        }
        if (picked instanceof Member member && member.roster == roster) {
            return member;
        }
        // Where backends are excluded, null is an answer: nobody else is left.
        if (group.eligible.length > 0 && (picked != null || !attempt.excludesAny())) {
            faults.blame(() -> "it picked " + picked + ", which is not one of its backends", null);
        }
        return null;
    }

    /** Returns how many attempts may be in flight on a member of a group. */
    long room(Group group, Member member) {
        try {
            return Math.min(maxInFlight, group.selector.room(member));
        } catch (Throwable e) {
            faults.blame(() -> "it threw " + e, e);
            return maxInFlight;
        }
    }

    long maxInFlight() {
        return maxInFlight;
    }

    /** Returns what tells a search where its laps start. */
    long nextLap() {
        return laps.getAndIncrement();
    }

    /** Tells of a fault in what a policy does with the attempts it hears of. */
    public void blameFeedback(Throwable thrown) {
        faults.blame(() -> "its feedback threw " + thrown, thrown);
    }

    /** Returns the first thing the policy did wrong, or null if it has done nothing wrong. */
    public @Nullable String policyFault() {
        return faults.first();
    }

    /** As {@link Planner#refresh}. */
    public void refresh() {
        planner.refresh();
        observer.changed();
    }

    /** As {@link Planner#refreshAndWait}. */
    public void refreshAndWait() {
        planner.refreshAndWait();
        observer.changed();
    }

    /** Takes in that a member was judged for the first time, which changes no gate but may end what waits for it. */
    public void firstJudged() {
        if (planner.waitsForVerdicts()) {
            planner.refresh();
        } else {
            roster.flushEvents();
        }
        observer.changed();
    }

    /** Takes in that a member that is up was found well after it was not, which changes no gate but may end what waits for it. */
    public void wellAgain() {
        roster.flushEvents();
        observer.changed();
    }

    /** Tells whether a prober judges the members. */
    public boolean isProbed() {
        return probed;
    }

    /** Returns the name of the policy. */
    public String policyName() {
        return faults.policyName();
    }

    /** Returns how many attempts were given no backend, by reason; those that are not 0. */
    public Map<Reason, Long> picksFailed() {
        return failures.counts();
    }

    /** Returns the plan that is in force, as values. */
    public PlanSnapshot planSnapshot() {
        return plan.snapshot();
    }

    /** Returns how many plans there have been. */
    public long planVersion() {
        return plan.version;
    }
}
