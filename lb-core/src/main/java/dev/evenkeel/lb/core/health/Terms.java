package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.outlier.Ejection;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.pool.Trial.Claim;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How long ejections last, and how they end. After its term a member is half-open until an attempt has tried it: a trial
 * that passes readmits it, one that fails begins a longer term. Safe for many threads.
 *
 * <p>For each ejected member there runs a timer, or it is half-open and waits for an attempt. One short lock guards the
 * timers. The roster calls in under its own lock, so nothing here calls the roster while it holds this one.
 */
final class Terms {
    /** The last attempt of a trial has this part of its whole time at least, or it would fail for the sake of those before. */
    private static final int LEAST_SHARE = 10;

    private final Ejection rules;
    private final Roster roster;
    private final Pool pool;
    private final Clockwork clockwork;
    private final Random random;

    private final Object lock = new Object();

    /** Those whose timer may run. Guarded by the lock. */
    private final Set<Suspect> timed = new HashSet<>();

    /** Guarded by the lock. Nothing is scheduled once it is set. */
    private boolean closed;

    Terms(Ejection rules, Roster roster, Pool pool, Clockwork clockwork) {
        this.rules = rules;
        this.roster = roster;
        this.pool = pool;
        this.clockwork = clockwork;
        this.random = clockwork.scheduler().chance();
    }

    /** Begins the next term of a member and returns it as a phrase. Called under the roster's lock. */
    String begin(Suspect suspect) {
        synchronized (lock) {
            long now = clockwork.now();
            suspect.history = suspect.history.ejected(rules, now, random.nextLong());
            serve(suspect);
            return "for " + text(suspect.history.until() - now);
        }
    }

    /** As {@link #begin}, after a trial that failed: the time since the last term ended was not spent in rotation. */
    private String goOn(Suspect suspect) {
        synchronized (lock) {
            suspect.history = new EjectionHistory(suspect.history.count(), clockwork.now());
            return begin(suspect);
        }
    }

    /** Goes on with the term of a member that has come back while it was leaving. Called under the roster's lock. */
    void resume(Suspect suspect) {
        synchronized (lock) {
            serve(suspect);
        }
    }

    /** Ends what goes on with a member that leaves or is readmitted. Called under the roster's lock. */
    void stop(Suspect suspect) {
        synchronized (lock) {
            endTimer(suspect);
        }
    }

    /** Under the lock. */
    private void serve(Suspect suspect) {
        setTimer(suspect, suspect.history.until() - clockwork.now(), turn -> served(suspect, turn));
    }

    /** What a timer does. */
    private interface Alarm {
        void ring(int turn);
    }

    /** Under the lock. */
    private void setTimer(Suspect suspect, long nanos, Alarm alarm) {
        endTimer(suspect);
        if (!closed) {
            int turn = suspect.turn;
            suspect.timer = clockwork.in(nanos, () -> alarm.ring(turn));
            timed.add(suspect);
        }
    }

    /** Under the lock. */
    private void endTimer(Suspect suspect) {
        suspect.timer.cancel();
        suspect.turn++;
        suspect.claim = null;
        timed.remove(suspect);
    }

    /** Ends a timer that has run. Returns false if it was cancelled too late. */
    private boolean ends(Suspect suspect, int turn) {
        synchronized (lock) {
            if (closed || turn != suspect.turn) {
                return false;
            }
            endTimer(suspect);
            return true;
        }
    }

    private void served(Suspect suspect, int turn) {
        if (ends(suspect, turn) && roster.ejections().halfOpen(suspect.member, invitation(suspect.member))) {
            pool.refresh();
        }
    }

    private String invitation(Member member) {
        String invitation = "one attempt may try it";
        return member.passes(pool.isProbed()) ? invitation : invitation + " once a probe has passed";
    }

    /** Takes in that an attempt which holds a claim has begun; it has what is left of a limited time. */
    void trialBegun(Claim claim, Suspect suspect) {
        synchronized (lock) {
            if (claim.isInForce()) { // or the timer may be that of another term by now
                long now = clockwork.now();
                long timeout = rules.trialTimeout().toNanos();
                long left = Math.max(timeout / LEAST_SHARE, timeout - claim.held(now));
                setTimer(suspect, left, turn -> expired(claim, suspect, turn));
                suspect.claim = claim;
                suspect.due = now + left;
            }
        }
    }

    /** Takes in what the attempt that holds a claim has met; the first verdict counts. */
    void trialTold(Claim claim, Suspect suspect, Outcome outcome) {
        switch (outcome.kind()) {
            // Who rejects works, and its load is for the policy to heed.
            case SUCCESS, REJECTED -> {
                if (claim.settle() && roster.ejections().readmit(suspect.member, "its trial passed")) {
                    pool.refresh();
                }
            }
            case FAILURE, UNREACHABLE -> {
                Throwable cause = outcome.cause();
                failed(claim, suspect, cause == null ? "its trial failed" : "its trial failed: " + why(cause));
            }
            case IGNORED -> giveBack(claim, suspect);
        }
    }

    private static String why(Throwable cause) {
        return Diagnosis.tidy(Diagnosis.of(cause).reason());
    }

    private void expired(Claim claim, Suspect suspect, int turn) {
        synchronized (lock) {
            if (!ends(suspect, turn)) {
                return;
            }
            long now = clockwork.now();
            if (Timetable.isPause(suspect.due, now)) {
                // The member is not to blame, but the attempt is under way, so nobody else gets its slot.
                claim.restart(now);
                trialBegun(claim, suspect);
                return;
            }
        }
        failed(claim, suspect, noAnswer(claim));
    }

    private String noAnswer(Claim claim) {
        String reason =
                "its trial had no answer within " + text(rules.trialTimeout().toNanos());
        return claim.number() == 1 ? reason : reason + ", over " + claim.number() + " attempts";
    }

    private void failed(Claim claim, Suspect suspect, String reason) {
        if (claim.settle() && roster.ejections().prolong(suspect.member, reason, () -> goOn(suspect))) {
            pool.refresh();
        }
    }

    private void giveBack(Claim claim, Suspect suspect) {
        if (!takesBack(claim, suspect)) {
            failed(claim, suspect, noAnswer(claim));
        }
    }

    /** Returns false if the time of the trial is up, that of the claims before included. */
    private boolean takesBack(Claim claim, Suspect suspect) {
        synchronized (lock) {
            long now = clockwork.now();
            if (suspect.claim == claim) { // or the timer is that of another one
                if (Timetable.isPause(suspect.due, now)) {
                    claim.restart(now);
                }
                endTimer(suspect);
            }
            if (claim.held(now) >= rules.trialTimeout().toNanos()) {
                return false;
            }
            claim.giveBack(now);
            return true;
        }
    }

    private static String text(long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        return millis < 1_000 ? millis + " ms" : Math.round(millis / 1_000.0) + " s";
    }

    /** Cancels every timer. Closing again changes nothing. */
    void close() {
        synchronized (lock) {
            closed = true;
            timed.forEach(suspect -> suspect.timer.cancel());
            timed.clear();
        }
    }
}
