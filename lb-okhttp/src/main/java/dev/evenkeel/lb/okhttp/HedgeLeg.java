package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.retry.RetryTokens;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One of the two calls that a hedged call is made of, and a tag of it: what {@link BalancedCall} asks and tells beside its own
 * business. Safe for many threads.
 */
final class HedgeLeg {
    static final CallTag<HedgeLeg> TAG = CallTag.of(HedgeLeg.class);

    private final HedgeRace race;
    private final boolean hedge;

    private volatile boolean made;
    private volatile boolean bad;

    // Both are guarded by this.

    /** The last attempt whose backend has answered that it failed; null for none. */
    private @Nullable TrackedAttempt blamed;

    /** Given up for the sake of the other leg. */
    private boolean beaten;

    private HedgeLeg(HedgeRace race, boolean hedge) {
        this.race = race;
        this.hedge = hedge;
    }

    static HedgeLeg original(HedgeRace race) {
        return new HedgeLeg(race, false);
    }

    static HedgeLeg hedge(HedgeRace race) {
        return new HedgeLeg(race, true);
    }

    /** Tells whether this is the second call, which is begun after the delay and paid for out of the budget. */
    boolean isHedge() {
        return hedge;
    }

    /** Tells whether an attempt was made. */
    boolean wasMade() {
        return made;
    }

    /** Tells whether the last answer is one that the backend failed with, so that the other leg is waited for. */
    boolean isBad() {
        return bad;
    }

    /**
     * Leases the backend of the first attempt.
     *
     * @throws IOException if there is none, or if a hedge may not be made after all
     */
    Lease first(Service service, Attempt attempt, boolean repeatable) throws IOException {
        race.share().releaseClaims(this); // an interceptor outside may proceed again
        RetryTokens tokens = race.calls().tokens(service);
        if (!hedge) {
            if (service.tokens() == null) {
                tokens.deposit(System.nanoTime());
            }
            Lease lease = acquire(service, attempt);
            made = true;
            try {
                race.underWay(service, repeatable);
            } catch (RuntimeException | Error e) {
                lease.complete(Outcome.IGNORED); // nobody else would
                throw e;
            }
            return lease;
        }
        if (!repeatable || race.isOver() || !tokens.hasAny(System.nanoTime())) {
            throw new IOException("the call is not hedged");
        }
        Lease lease = acquire(service, attempt);
        if (!tokens.tryWithdraw(System.nanoTime())) {
            lease.complete(Outcome.IGNORED);
            throw new IOException("the call is not hedged, the retry budget is spent");
        }
        made = true;
        return lease;
    }

    /** Leases a backend on which no other leg is or was. */
    Lease acquire(Service service, Attempt attempt) throws IOException {
        while (true) { // once, and once more for each backend that the other leg takes in that moment
            Attempt open = attempt.excluding(race.share().claimedByOthers(this));
            Lease lease = service.acquire(open);
            if (race.share().claim(this, lease.backend())) {
                return lease;
            }
            lease.complete(Outcome.IGNORED);
            if (open.excludes(lease.backend())) {
                throw new IOException(service.balancer().name() + ": the balancer knows no other backend");
            }
        }
    }

    int extraAttempts() {
        return race.share().extraAttempts();
    }

    /** Takes one of the extra attempts that both legs have together. Returns false if none is left. */
    boolean takeExtraAttempt(int most) {
        return race.share().takeExtraAttempt(most);
    }

    void returnExtraAttempt() {
        race.share().returnExtraAttempt();
    }

    /**
     * @param listed whether the status is one that is tried elsewhere
     * @param elapsed since the attempt was begun
     */
    void answered(TrackedAttempt current, boolean listed, Duration elapsed) {
        Outcome.Kind kind = current.answerKind();
        boolean failed = kind == Outcome.Kind.FAILURE || kind == Outcome.Kind.REJECTED;
        bad = listed && failed;
        if (failed && isBeatenBefore(current)) {
            current.stands();
        }
        if (!hedge && kind == Outcome.Kind.SUCCESS) {
            race.took(elapsed.toNanos());
        }
    }

    private synchronized boolean isBeatenBefore(TrackedAttempt current) {
        blamed = current;
        return beaten;
    }

    /** Is about to be cancelled because the race is over. That blames nobody, but what a backend has answered counts. */
    void beaten() {
        TrackedAttempt answered;
        synchronized (this) {
            beaten = true;
            answered = blamed;
        }
        if (answered != null) {
            answered.stands();
        }
    }
}
