package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Lease;
import java.io.IOException;
import kotlin.jvm.functions.Function0;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Follows one call through its attempts, of which one is current. It hears the events because the interceptor is back at
 * the headers, and what becomes of the body only the events tell. Those of a {@link NestedCall} it hears as the call's own.
 */
final class CallTracker extends AttemptEvents implements Function0<CallTracker> {
    static final CallTag<CallTracker> TAG = CallTag.of(CallTracker.class);

    private final ConnectionHold hold;

    /** Null unless the call is a part of a hedged one. */
    private final @Nullable HedgeLeg leg;

    /** The attempt that is a call of its own; null if there was none. */
    private volatile @Nullable NestedCall nested;

    /** Null for a call without a deadline. Written by the thread of the call. */
    private volatile @Nullable DeadlineWatch deadline;

    // The thread of the call writes what follows. Only interceptors read it, or who has the response from them.
    // A volatile write costs ten times one that is not.

    /** Whether OkHttp is kept from repeating on its own. */
    private boolean decidesOnRepeats;

    /** The call is inside of the balancer's interceptor. */
    private boolean inside;

    /** When the first attempt began. */
    private long startNanos;

    /** What was changed in the answers to the current attempt; null for nothing. */
    private @Nullable AnswerChanges changes;

    /** What frees the slot if the caller forgets the response; null before there is one. */
    private @Nullable ForgottenBody forgettable;

    private CallTracker(WrapResources resources, @Nullable HedgeLeg leg) {
        this.hold = new ConnectionHold(resources);
        this.leg = leg;
    }

    /** Returns the call's tracker, the same one however often interceptors outside proceed. */
    static CallTracker of(Interceptor.Chain chain, WrapResources resources) {
        CallTracker known = of(chain);
        if (known != null) {
            return known;
        }
        // Asked before the call has tags of ours to look through, of which it mostly has no other.
        CallTracker made = new CallTracker(resources, HedgeLeg.TAG.on(chain.call()));
        CallTracker kept = TAG.on(chain.call(), made);
        if (kept == made) {
            chain.call().addEventListener(made);
        }
        return kept;
    }

    /**
     * Returns the tracker of a chain's call, or null if it has none. It is one of the call's listeners, mostly the only one, and
     * to ask for that costs less than to ask for a tag.
     */
    static @Nullable CallTracker of(Interceptor.Chain chain) {
        EventListener listener = chain.getEventListener();
        if (listener instanceof CallTracker only) {
            return only;
        }
        return listener == EventListener.NONE ? null : TAG.on(chain.call());
    }

    /** Returns itself, as what is put on the call if there is none yet. */
    @Override
    public CallTracker invoke() {
        return this;
    }

    /**
     * Starts an attempt and ends the one before, whose body OkHttp demands to be closed by now.
     *
     * @param duplex whether the request may still be sent when the response has been read
     * @param nowNanos by {@link System#nanoTime}
     */
    TrackedAttempt begin(Lease lease, GuardedClassifier outcomes, boolean duplex, long nowNanos) {
        NestedCall open = nested;
        if (open != null) {
            open.abandon();
            nested = null;
        }
        TrackedAttempt previous = attempt();
        if (previous != null) {
            previous.superseded();
        }
        TrackedAttempt next = new TrackedAttempt(lease, outcomes, duplex);
        if (previous == null) {
            startNanos = nowNanos;
        }
        attempt(next);
        inside = true;
        changes = null;
        return next;
    }

    /**
     * Watches over a deadline from now to the end of the call. Returns null if there is none.
     *
     * @throws DeadlineExceededException if it has passed
     */
    @Nullable
    DeadlineWatch watchDeadline(String balancer, @Nullable Deadline given, Call call) throws DeadlineExceededException {
        DeadlineWatch watch = deadline;
        if (watch != null) {
            watch.check(); // an interceptor outside proceeds again
        } else if (given != null) {
            watch = DeadlineWatch.start(balancer, given, call);
            deadline = watch;
        }
        return watch;
    }

    boolean deadlineHasPassed() {
        DeadlineWatch watch = deadline;
        return watch != null && watch.hasPassed();
    }

    private boolean endDeadline() {
        DeadlineWatch watch = deadline;
        if (watch == null) {
            return false;
        }
        watch.stop();
        return watch.hasCut();
    }

    /** The response goes to the caller, who may forget it. */
    void watchResponse(Call call) {
        unwatch(call);
        TrackedAttempt current = attempt();
        if (current != null) {
            forgettable = ForgottenBody.watch(call, current, hold);
        }
    }

    private void unwatch(Object call) {
        ForgottenBody known = forgettable;
        if (known != null) {
            forgettable = null;
            known.ended(call);
        }
    }

    /** Returns which part of a hedged call this is, or null if it is none. */
    @Nullable
    HedgeLeg leg() {
        return leg;
    }

    void decideOnRepeats(boolean here) {
        decidesOnRepeats = here;
    }

    /** The balancer's interceptor returns. One outside may proceed once more, to another host. */
    @Override
    void outside() {
        super.outside();
        decidesOnRepeats = false;
        inside = false;
    }

    boolean decidesOnRepeats() {
        return decidesOnRepeats;
    }

    /** Tells whether there would be a way to a target now. */
    boolean canGoTo(Target next) {
        return hold.resources().client() != null || hold.canLeaveFor(next);
    }

    /**
     * Tells whether the way to a target is a call of its own, because OkHttp would keep this one on its connection.
     *
     * @throws IOException if that is not possible either
     */
    boolean mustNest(Target next) throws IOException {
        if (hold.leaveFor(next)) {
            return false;
        }
        if (hold.resources().client() == null) {
            throw hold.cannotLeaveFor(next);
        }
        return true;
    }

    /**
     * Sends a request on the chain that leads to its target.
     *
     * @param nests whether in a call of its own
     */
    Response proceed(boolean nests, Interceptor.Chain led, Request request) throws IOException {
        OkHttpClient client = nests ? hold.resources().client() : null;
        return client == null ? led.proceed(request) : NestedCall.execute(client, led, request, this);
    }

    ConnectionHold newHold() {
        return new ConnectionHold(hold.resources());
    }

    void nest(NestedCall made) {
        nested = made;
    }

    long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    /** Returns the current attempt, or null while the call is not inside of the balancer's interceptor. */
    @Nullable
    TrackedAttempt current() {
        return inside ? attempt() : null;
    }

    /** Returns what is to be told of the answers that are changed. */
    AnswerChanges changes() {
        if (changes == null) {
            changes = new AnswerChanges();
        }
        return changes;
    }

    /** Returns an answer as the servers gave it. */
    Response restored(Response answer) {
        return changes == null ? answer : changes.restored(answer);
    }

    /** Returns where the connections are counted that the call takes now. */
    private ConnectionHold taking() {
        NestedCall inner = nested;
        return inner != null && inner.isOpen() ? inner.hold() : hold;
    }

    private boolean isCanceled(Call call) {
        NestedCall inner = nested;
        return call.isCanceled() || (inner != null && inner.isCanceled());
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        ConnectionHold taking = taking();
        boolean open = taking.acquired(connection);
        TrackedAttempt current = attempt();
        if (current != null) {
            current.acquired(open, !ConnectionHold.isOfOneCall(connection));
            if (current.hasLeft(connection.route().address())) {
                taking.letGo();
            }
        }
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        NestedCall inner = nested;
        if (inner == null || !inner.hold().released(connection)) {
            hold.released(connection);
        }
    }

    @Override
    public void responseBodyEnd(Call call, long byteCount) {
        TrackedAttempt current = attempt();
        if (current != null) {
            current.responseEnded(isCanceled(call));
        }
    }

    @Override
    public void canceled(Call call) {
        super.canceled(call);
        NestedCall inner = nested;
        if (inner != null) {
            inner.cancel();
        }
    }

    @Override
    public void callEnd(Call call) {
        NestedCall inner = nested;
        if (inner != null && inner.outlives()) {
            return; // the caller has the body before him
        }
        ended(call, null, call.isCanceled());
    }

    @Override
    public void callFailed(Call call, IOException ioe) {
        NestedCall inner = nested;
        if (inner != null) {
            inner.abandon(); // an interceptor outside failed after it had the response
        }
        ended(call, ioe, call.isCanceled());
    }

    /**
     * @param call the one that has ended, or the {@link NestedCall} that outlived it and has ended now
     */
    void ended(Object call, @Nullable IOException failure, boolean canceled) {
        boolean cutAtDeadline = endDeadline();
        TrackedAttempt current = attempt();
        if (current != null && failure == null) {
            current.ended(canceled);
        } else if (current != null && failure != null) {
            current.failed(failure, canceled, cutAtDeadline);
        }
        unwatch(call);
        hold.resources().callEnded();
    }
}
