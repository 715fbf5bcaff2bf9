package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The original and the hedge of one call, and which of them ends it: the first that succeeds, or the last that fails. Safe for
 * many threads; calls nobody under its lock.
 */
final class HedgeRace {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final HedgedCalls calls;
    private final Call first;
    private final Supplier<Call> hedgeMaker;
    private final Ending ending;
    private final HedgeLeg original = HedgeLeg.original(this);
    private final HedgeLeg hedge = HedgeLeg.hedge(this);
    private final HedgeShare share = new HedgeShare();

    // All that follow are guarded by this.
    private @Nullable Service service;
    private long beganNanos;
    private @Nullable Cancellable timer;
    private @Nullable Call second;
    private boolean began;
    private boolean canceled;
    private boolean originalEnded;
    private boolean hedgeEnded;
    private @Nullable Call winner;

    /** Told how it ends, and all that comes later is thrown away. */
    private boolean over;

    /** The answer of a backend that failed, while the other leg is waited for; null for none. */
    private @Nullable Response held;

    /** What a leg has failed with, while the other one is waited for; null for none. */
    private @Nullable IOException failed;

    /** Hears once how the race ends. */
    interface Ending {
        void answered(Response response);

        void failed(IOException failure);
    }

    /** What is to be done outside the lock, in this order. */
    private record Next(
            @Nullable Call cancel,
            @Nullable Response close,
            @Nullable Response answer,
            @Nullable IOException failure) {
        static final Next WAIT = new Next(null, null, null, null);
    }

    HedgeRace(HedgedCalls calls, Call first, Supplier<Call> hedgeMaker, Ending ending) {
        this.calls = calls;
        this.first = first;
        this.hedgeMaker = hedgeMaker;
        this.ending = ending;
    }

    /** Returns what both legs draw on. */
    HedgeShare share() {
        return share;
    }

    HedgedCalls calls() {
        return calls;
    }

    /** Makes a call a leg of this race. */
    void join(Call call) {
        HedgeLeg leg = leg(call);
        HedgeLeg.TAG.on(call, () -> leg);
    }

    private HedgeLeg leg(Call call) {
        return call == first ? original : hedge;
    }

    /** An attempt of the original begins. At the first one the delay of the hedge does. */
    void underWay(Service on, boolean repeatable) {
        synchronized (this) {
            service = on;
            if (began || over || canceled) {
                return;
            }
            began = true;
            beganNanos = System.nanoTime();
        }
        if (!repeatable) {
            return;
        }
        Cancellable made = calls.schedule(this::startHedge, calls.delayNanos(on));
        synchronized (this) {
            if (!over && !canceled) {
                timer = made;
                return;
            }
        }
        made.cancel();
    }

    /** On the timer's thread. */
    private void startHedge() {
        Service on;
        synchronized (this) {
            on = service;
        }
        if (on == null
                || first.isCanceled()
                || !calls.tokens(on).hasAny(System.nanoTime())
                || !share.takeExtraAttempt(calls.mostExtraAttempts(on))) {
            return;
        }
        try {
            calls.work(this::runHedge);
        } catch (RejectedExecutionException e) {
            log.debug("{}: no hedge, since it is closed", calls, e);
            share.returnExtraAttempt();
        }
    }

    private void runHedge() {
        Call call;
        try {
            call = hedgeMaker.get();
        } catch (RuntimeException e) {
            log.error("{}: a hedge could not be made", calls, e);
            share.returnExtraAttempt();
            return;
        }
        synchronized (this) {
            if (over || canceled) {
                return;
            }
            second = call;
        }
        try {
            answered(call, call.execute());
        } catch (IOException e) {
            failed(call, e);
        } catch (RuntimeException | Error e) {
            failed(call, new IOException("the hedge failed: " + e, e)); // or the caller would wait for ever
            throw e;
        }
    }

    /** A leg has the headers of a response. */
    void answered(Call by, Response response) {
        act(decide(by, response));
    }

    private synchronized Next decide(Call by, Response response) {
        ended(by);
        if (over) {
            return new Next(by, response, null, null);
        }
        if (leg(by).isBad() && otherRuns(by) && !canceled) {
            held = response;
            return Next.WAIT;
        }
        Call loser = by == first ? second : first;
        return end(by, new Next(otherRuns(by) ? loser : null, held, response, null));
    }

    /** A leg has none. */
    void failed(Call by, IOException failure) {
        act(decide(by, failure));
    }

    private synchronized Next decide(Call by, IOException failure) {
        ended(by);
        if (over) {
            return Next.WAIT;
        }
        IOException all = failure;
        if (by == second && !hedge.wasMade() && !canceled) {
            share.returnExtraAttempt();
            second = null;
            if (!originalEnded) {
                return Next.WAIT; // as if there had been no hedge
            }
            if (failed != null) {
                all = failed;
            }
        } else if (otherRuns(by) && !canceled && !by.isCanceled()) {
            failed = failure;
            return Next.WAIT;
        } else if (failed != null) {
            AttemptFailedException.addAll(failure, failed);
        }
        // A call that is cancelled by its time, or by the client's dispatcher, ends as a whole.
        Call other = by == first ? second : first;
        Next next = held != null && !canceled
                ? new Next(null, null, held, null)
                // Before the caller's cancel has got to the other one, a close of its answer would make that count.
                : new Next(otherRuns(by) || canceled ? other : null, held, null, all);
        return end(held != null ? other : by, next);
    }

    /** An interceptor of the original has thrown what is no failure. */
    void abandon() {
        Next next;
        synchronized (this) {
            originalEnded = true;
            next = over ? Next.WAIT : end(first, new Next(otherRuns(first) ? second : null, held, null, null));
        }
        act(next);
    }

    private Next end(@Nullable Call by, Next next) {
        over = true;
        winner = by;
        if (timer != null) {
            timer.cancel();
        }
        if (next.cancel == first && !originalEnded && service != null && began) {
            // It took at least as long, and if it were left out, the slow ones would seem to be fewer than they are.
            calls.took(service, System.nanoTime() - beganNanos);
        }
        return next;
    }

    private void act(Next next) {
        if (next.cancel != null) {
            giveUp(next.cancel);
        }
        if (next.close != null) {
            next.close.close();
        }
        if (next.answer != null) {
            ending.answered(next.answer);
        } else if (next.failure != null) {
            ending.failed(next.failure);
        }
    }

    private void giveUp(Call call) {
        boolean byCaller;
        synchronized (this) {
            byCaller = canceled;
        }
        if (!byCaller) { // his cancel blames nobody, whatever was answered
            leg(call).beaten();
        }
        call.cancel();
    }

    private void ended(Call by) {
        if (by == first) {
            originalEnded = true;
        } else {
            hedgeEnded = true;
        }
    }

    private boolean otherRuns(Call by) {
        return by == first ? second != null && !hedgeEnded : !originalEnded;
    }

    /** Cancels what runs, and begins nothing more. */
    void cancel() {
        Call other;
        synchronized (this) {
            canceled = true;
            if (timer != null) {
                timer.cancel();
            }
            other = second;
        }
        first.cancel();
        if (other != null) {
            other.cancel();
        }
    }

    boolean isCanceled() {
        Call current;
        synchronized (this) {
            if (canceled) {
                return true;
            }
            current = winner;
        }
        return (current == null ? first : current).isCanceled();
    }

    synchronized boolean isOver() {
        return over || canceled;
    }

    /** Returns the moment at which the first attempt began, on the clock of {@link System#nanoTime()}. */
    synchronized long beganNanos() {
        return beganNanos;
    }

    void took(long nanos) {
        Service on;
        synchronized (this) {
            on = service;
        }
        if (on != null) {
            calls.took(on, nanos);
        }
    }
}
