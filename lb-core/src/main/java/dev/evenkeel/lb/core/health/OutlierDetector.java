package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.outlier.ConsecutiveFailures;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import dev.evenkeel.lb.core.pool.Ejections.Decision;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.pool.Trial.Claim;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ejects members whose attempts fail, and lets them back after a trial: owns the {@link Gate#OUTLIER} gates. Safe for many
 * threads.
 *
 * <p>It hears of attempts on the threads of the calls, without a lock. Failures in a row are judged there and then, rates once
 * a second while attempts are under way, so that without traffic nothing runs. A judgement that comes late shows that the
 * machine stood still: what was known is forgotten, and what is heard until the next one, a second later, is not heeded.
 * What follows from an ejection is for {@link Terms}. The roster calls in under its own lock, so nothing here calls the roster
 * while it holds one.
 */
public final class OutlierDetector implements MembershipObserver, AutoCloseable {
    /** How long rates are gathered between two judgements. */
    private static final long BETWEEN_JUDGEMENTS = TimeUnit.SECONDS.toNanos(1);

    private final OutlierDetection rules;
    private final Scorers scorers;
    private final Roster roster;
    private final Pool pool;
    private final Clockwork clockwork;
    private final Terms terms;

    private final Object lock = new Object();

    /** Guarded by the lock. Emptied by the close. */
    private final Map<Member, Suspect> suspects = new LinkedHashMap<>();

    /** Whether a judgement of the rates is due. Set under the lock. */
    private volatile boolean judging;

    /** Whether the machine stood still before the last judgement, so that attempts may fail by what that has broken. */
    private volatile boolean waking;

    /** When it is due. Written under the lock, before {@link #judging}. */
    private volatile long due;

    /** Guarded by the lock. */
    private Cancellable judgement = () -> {};

    /** Guarded by the lock. Nothing is scheduled once it is set. */
    private boolean closed;

    /** How many failures in a row are judged at once; 0 for none. */
    private final int limit;

    private OutlierDetector(OutlierDetection rules, Roster roster, Pool pool, Clockwork clockwork) {
        this.rules = rules;
        this.scorers = Scorers.of(rules.detectors());
        this.roster = roster;
        this.pool = pool;
        this.clockwork = clockwork;
        this.terms = new Terms(rules.ejection(), roster, pool, clockwork);
        ConsecutiveFailures inARow = rules.detectors().consecutiveFailures();
        this.limit = inARow == null ? 0 : inARow.limit();
    }

    /** Starts to judge the members of a roster, those that are there and those that join. */
    public static OutlierDetector start(
            OutlierDetection rules, Roster roster, Pool pool, Ticker ticker, Scheduler scheduler) {
        OutlierDetector detector = new OutlierDetector(rules, roster, pool, new Clockwork(ticker, scheduler));
        roster.observe(detector);
        return detector;
    }

    long now() {
        return clockwork.now();
    }

    @Override
    public void joined(Member member) {
        // A member that has come back while it was leaving is known.
        Suspect suspect = member.attempts() instanceof Suspect known ? known : suspect(member);
        synchronized (lock) {
            suspects.put(member, suspect);
        }
        if (suspect.isEjected()) {
            terms.resume(suspect);
        }
    }

    private Suspect suspect(Member member) {
        OutcomeMemory memory = new OutcomeMemory(rules.detectors().window(), now());
        Suspect suspect = new Suspect(member, this, memory);
        member.attempts(suspect);
        return suspect;
    }

    @Override
    public void left(Member member) {
        synchronized (lock) {
            suspects.remove(member);
        }
        stop(member);
    }

    @Override
    public void readmitted(Member member) {
        stop(member);
    }

    private void stop(Member member) {
        if (member.attempts() instanceof Suspect suspect) {
            terms.stop(suspect);
        }
    }

    /** Takes in that an attempt has begun, so that a pause of the machine is seen before its end is heard of. */
    public void begun() {
        if (!judging) {
            judgeSoon();
        }
    }

    /** Tells whether what is heard now says anything about a backend. */
    boolean heeds(long now) {
        // In this order: a judgement that ends the pause first says that it wakes, and only then sets when it is due
        // anew.
        return !isPause(now) && !waking;
    }

    /** Takes in how an attempt ended, after so many failures in a row. */
    void heard(Suspect suspect, Outcome.Kind kind, long inARow) {
        boolean failed = kind == Outcome.Kind.FAILURE || kind == Outcome.Kind.UNREACHABLE;
        // Who could not be ejected at the limit is looked at again with the rates, and not at every failure.
        if (failed && limit > 0 && inARow % limit == 0) {
            judgeNow(suspect);
        }
        if (!judging) {
            judgeSoon();
        }
    }

    private void judgeNow(Suspect suspect) {
        Tally tally = suspect.tally(now());
        if (tally.inARow() >= limit && eject(suspect, Reasons.inARow(tally.inARow()))) {
            pool.refresh();
        }
    }

    private void judgeSoon() {
        synchronized (lock) {
            if (!closed && !judging) {
                due = now() + BETWEEN_JUDGEMENTS;
                judgement = clockwork.in(BETWEEN_JUDGEMENTS, this::judge);
                judging = true; // last: if it could not be scheduled, the next attempt asks again
            }
        }
    }

    /** Tells whether the machine has stood still since the last judgement, so that the failures may be its own. */
    private boolean isPause(long now) {
        long wasDue = due;
        return judging && Timetable.isPause(wasDue, now);
    }

    private void judge() {
        List<Suspect> present;
        long now = now();
        boolean pause = isPause(now);
        synchronized (lock) {
            if (closed) {
                return;
            }
            waking = pause;
            judging = false; // before the look: what is heard from now on asks for the next judgement
            present = List.copyOf(suspects.values());
        }
        if (pause) {
            present.forEach(suspect -> suspect.forget(now));
        }
        if (pause || present.stream().anyMatch(suspect -> suspect.member.inFlight() > 0)) {
            judgeSoon();
        }
        if (pause) {
            return;
        }
        judge(present.stream().filter(suspect -> suspect.member.isEligible()).toList(), now);
    }

    private void judge(List<Suspect> eligible, long now) {
        List<Finding> findings = scorers.judge(look(eligible, now));
        Set<Suspect> clean = new HashSet<>(eligible);
        boolean any = false;
        for (Finding finding : findings) {
            Suspect suspect = eligible.get(finding.index());
            clean.remove(suspect);
            any |= eject(suspect, finding.reason());
        }
        if (any) {
            pool.refresh();
        }
        synchronized (lock) {
            clean.forEach(suspect -> suspect.tidings.forgetAt(now));
        }
    }

    private Look look(List<Suspect> eligible, long now) {
        int tenths = eligible.stream()
                .mapToInt(suspect -> suspect.tenths(now))
                .reduce(OutcomeMemory.TENTHS * OutcomeMemory.WINDOWS, Math::min);
        int reach = Math.max(OutcomeMemory.TENTHS, tenths);
        return new Look(
                eligible.stream().map(suspect -> suspect.tally(now)).toList(),
                eligible.stream().map(suspect -> suspect.tally(now, reach)).toList(),
                rules.detectors().window().multipliedBy(reach).dividedBy(OutcomeMemory.TENTHS));
    }

    /** Ejects a member if the rules allow, or tells once that it would have been. The caller publishes the plan. */
    private boolean eject(Suspect suspect, String reason) {
        Member member = suspect.member;
        if (!rules.enforced()) {
            if (member.isEligible()) {
                tellOnce(suspect, reason + ", but this is a dry run");
            }
            return false;
        }
        Decision decision = roster.ejections().eject(member, reason, rules.ejection()::cap, () -> terms.begin(suspect));
        if (decision.keptBy() != null) {
            tellOnce(suspect, reason + ", but " + decision.keptBy());
        }
        return decision.ejected();
    }

    private void tellOnce(Suspect suspect, String reason) {
        boolean isNews;
        synchronized (lock) {
            isNews = suspect.tidings.isNewsAt(now());
        }
        if (isNews) {
            roster.tell(Kind.WOULD_EJECT, suspect.member, Change.because(reason).with(Flag.NOT_ENFORCED));
        }
    }

    /** Takes in that an attempt which holds a claim has begun. */
    public void trialBegun(Claim claim) {
        if (claim.member().attempts() instanceof Suspect suspect) {
            terms.trialBegun(claim, suspect);
        }
    }

    /**
     * Takes in what the attempt that holds a claim has met; the first verdict counts. An outcome that is ignored frees the
     * slot for another attempt.
     */
    public void trialTold(Claim claim, Outcome outcome) {
        if (claim.member().attempts() instanceof Suspect suspect) {
            terms.trialTold(claim, suspect, outcome);
        }
    }

    /** Cancels every timer. Closing again changes nothing. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            judgement.cancel();
            suspects.clear();
        }
        terms.close();
    }
}
