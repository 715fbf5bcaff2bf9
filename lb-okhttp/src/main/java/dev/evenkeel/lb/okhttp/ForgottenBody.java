package dev.evenkeel.lb.okhttp;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import okhttp3.Call;
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

    /** Those whose call was collected, of all clients: one may stop while others share its balancer. */
    private static final ReferenceQueue<Call> COLLECTED = new ReferenceQueue<>();

    /** Those whose call has not ended; a reference must outlive its referent to be told. */
    private static final Anchors<ForgottenBody> OPEN = new Anchors<>();

    // None of these leads to a call that has returned.
    private final TrackedAttempt attempt;
    private final ConnectionHold hold;

    /** Among the open ones. */
    private final int place;

    private ForgottenBody(Call call, TrackedAttempt attempt, ConnectionHold hold) {
        super(call, COLLECTED);
        this.attempt = attempt;
        this.hold = hold;
        this.place = OPEN.hold(this);
    }

    /** Watches a call whose response goes to the caller. */
    static ForgottenBody watch(Call call, TrackedAttempt attempt, ConnectionHold hold) {
        return new ForgottenBody(call, attempt, hold);
    }

    /**
     * The call has ended as it should. To be told once. Not cleared, which on older JVMs is a call out of Java and costs more than
     * the rest.
     *
     * @param call what leads to it: as long as that is reachable the collector has not found the call, and nobody else lets go
     */
    void ended(Object call) {
        try {
            OPEN.letGo(place);
        } finally {
            Reference.reachabilityFence(call);
        }
    }

    /** Ends the attempts of all calls that were collected. Costs one read if there are none. */
    static void freeCollected() {
        for (Reference<?> one = COLLECTED.poll(); one != null; one = COLLECTED.poll()) {
            ((ForgottenBody) one).free();
        }
    }

    private void free() {
        if (!OPEN.tryLetGo(this, place)) {
            return; // ended, and older than its call to the collector
        }
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
        return OPEN.size();
    }
}
