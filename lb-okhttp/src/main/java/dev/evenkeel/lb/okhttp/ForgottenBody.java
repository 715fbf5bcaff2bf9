package dev.evenkeel.lb.okhttp;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.stream.Stream;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an attempt whose response was neither read to its end nor closed, of which no event ever tells, when the garbage collector
 * has found its call. A body holds its call, so a call that is gone has nobody who could still read.
 *
 * <p>Has no thread: what was collected is freed at the next call of any client here, since only a call is in need of the slot.
 */
final class ForgottenBody extends PhantomReference<Call> {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** A power of two; threads that end calls at the same time seldom meet. */
    private static final int STRIPES = 64;

    /** Those whose call was collected, of all clients: one may stop while others share its balancer. */
    private static final ReferenceQueue<Call> COLLECTED = new ReferenceQueue<>();

    /** Those whose call has not ended; a reference must outlive its referent to be told. By the thread that made them. */
    private static final Watched[] OPEN =
            Stream.generate(Watched::new).limit(STRIPES).toArray(Watched[]::new);

    // None of these leads to a call that has returned.
    private final TrackedAttempt attempt;
    private final ConnectionHold hold;
    private final Watched stripe;

    // Guarded by the stripe. Links of our own, because a set wants a hash code, which costs more than all the rest
    // here.
    private @Nullable ForgottenBody before;
    private @Nullable ForgottenBody after;

    /** The calls that one thread in {@value #STRIPES} made. */
    private static final class Watched {
        private @Nullable ForgottenBody first;

        synchronized void add(ForgottenBody one) {
            ForgottenBody second = first;
            one.after = second;
            if (second != null) {
                second.before = one;
            }
            first = one;
        }

        /** Does nothing for one that is not there any more. */
        synchronized void remove(ForgottenBody one) {
            ForgottenBody earlier = one.before;
            ForgottenBody later = one.after;
            if (earlier == null && first != one) {
                return;
            }
            if (earlier == null) {
                first = later;
            } else {
                earlier.after = later;
            }
            if (later != null) {
                later.before = earlier;
            }
            one.before = null;
            one.after = null;
        }

        synchronized int size() {
            int size = 0;
            for (ForgottenBody one = first; one != null; one = one.after) {
                size++;
            }
            return size;
        }
    }

    private ForgottenBody(Call call, TrackedAttempt attempt, ConnectionHold hold) {
        super(call, COLLECTED);
        this.attempt = attempt;
        this.hold = hold;
        this.stripe = OPEN[(int) Thread.currentThread().getId() & (STRIPES - 1)];
    }

    /** Watches a call whose response goes to the caller. */
    static ForgottenBody watch(Call call, TrackedAttempt attempt, ConnectionHold hold) {
        ForgottenBody made = new ForgottenBody(call, attempt, hold);
        made.stripe.add(made);
        return made;
    }

    /** The call has ended as it should. */
    void ended() {
        stripe.remove(this);
        clear(); // or it would be queued if it outlived the call
    }

    /** Ends the attempts of all calls that were collected. Costs one read if there are none. */
    static void freeCollected() {
        for (Reference<?> one = COLLECTED.poll(); one != null; one = COLLECTED.poll()) {
            ((ForgottenBody) one).free();
        }
    }

    private void free() {
        stripe.remove(this);
        attempt.abandon();
        hold.abandon();
        if (hold.resources().noteForgotten()) {
            log.warn(
                    "a response from {} was neither read to its end nor closed; its slot is free now, but its connection is"
                            + " lost; close each response, as in try (Response response = call.execute()); told once for"
                            + " this client; the logger okhttp3.OkHttpClient at FINE tells where such a call was made",
                    attempt.backend());
        }
    }

    /** Returns how many calls are watched. */
    static int open() {
        return Stream.of(OPEN).mapToInt(Watched::size).sum();
    }
}
