package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Lease;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Follows one call through its attempts, of which one is current. It hears the events because the interceptor is back at
 * the headers, and what becomes of the body only the events tell.
 */
final class CallTracker extends EventListener {
    private final WrapResources resources;
    private final ConnectionHold hold;

    /** Written by the thread of the call, read also by threads that connect or read the body. */
    private volatile @Nullable TrackedAttempt attempt;

    /** Whether OkHttp is kept from repeating on its own. Written and read by the thread of the call, as is the next. */
    private volatile boolean decidesOnRepeats;

    /** The Retry-After that {@link HiddenRetryAfter} took from the answer of the current attempt. */
    private volatile @Nullable String hiddenRetryAfter;

    /** What frees the slot if the caller forgets the response; null before there is one. Of the thread of the call. */
    private volatile @Nullable ForgottenBody watch;

    private CallTracker(WrapResources resources) {
        this.resources = resources;
        this.hold = new ConnectionHold(resources.connections());
    }

    /** Returns the call's tracker, the same one however often interceptors outside proceed. */
    static CallTracker of(Call call, WrapResources resources) {
        CallTracker known = call.tag(CallTracker.class);
        if (known != null) {
            return known;
        }
        CallTracker made = new CallTracker(resources);
        call.addEventListener(made);
        return call.tag(CallTracker.class, () -> made);
    }

    /** Starts an attempt and ends the one before, whose body OkHttp demands to be closed by now. */
    TrackedAttempt begin(Lease lease, GuardedClassifier outcomes) {
        TrackedAttempt previous = attempt;
        if (previous != null) {
            previous.superseded();
        }
        TrackedAttempt next = new TrackedAttempt(lease, outcomes);
        attempt = next;
        hiddenRetryAfter = null;
        return next;
    }

    /** The response goes to the caller, who may forget it. */
    void watch(Call call) {
        unwatch();
        TrackedAttempt current = attempt;
        if (current != null) {
            watch = ForgottenBody.watch(call, current, hold, resources.toldOfForgotten());
        }
    }

    private void unwatch() {
        ForgottenBody known = watch;
        if (known != null) {
            known.ended();
        }
    }

    void decideOnRepeats(boolean here) {
        decidesOnRepeats = here;
    }

    boolean decidesOnRepeats() {
        return decidesOnRepeats;
    }

    void hide(String retryAfter) {
        hiddenRetryAfter = retryAfter;
    }

    /** Returns the Retry-After that was hidden, once; null if none was. */
    @Nullable
    String takeHidden() {
        String hidden = hiddenRetryAfter;
        if (hidden != null) {
            hiddenRetryAfter = null;
        }
        return hidden;
    }

    /** Tells whether {@link #leaveFor} would succeed now. */
    boolean canLeaveFor(RewriteTarget next) {
        return hold.canLeaveFor(next);
    }

    /** Sees to it that the call can go there, see {@link ConnectionHold#leaveFor}. */
    void leaveFor(RewriteTarget next) throws IOException {
        hold.leaveFor(next);
    }

    @Override
    public void connectEnd(Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.connected();
        }
    }

    @Override
    public void connectFailed(
            Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol, IOException ioe) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.connectFailed();
        }
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        boolean open = hold.acquired(connection);
        TrackedAttempt current = attempt;
        if (current != null) {
            current.acquired(open);
            if (current.hasLeft(connection.route().address())) {
                hold.letGo();
            }
        }
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        hold.released(connection);
    }

    @Override
    public void requestHeadersStart(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.sending();
        }
    }

    @Override
    public void requestBodyStart(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.uploading(true);
        }
    }

    @Override
    public void requestBodyEnd(Call call, long byteCount) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.uploading(false);
        }
    }

    @Override
    public void requestFailed(Call call, IOException ioe) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.broke(ioe);
        }
    }

    @Override
    public void responseHeadersStart(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.heard();
        }
    }

    @Override
    public void responseFailed(Call call, IOException ioe) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.broke(ioe);
        }
    }

    @Override
    public void responseBodyEnd(Call call, long byteCount) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.bodyEnded(call.isCanceled());
        }
    }

    @Override
    public void retryDecision(Call call, IOException exception, boolean retry) {
        TrackedAttempt current = attempt;
        if (current != null && retry) {
            current.delivery().repeats();
        }
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, @Nullable Request nextRequest) {
        TrackedAttempt current = attempt;
        if (current != null && nextRequest != null) {
            current.followUp(nextRequest.url());
            if (isRepeat(networkResponse.code())) {
                current.delivery().repeats();
            }
        }
    }

    /** Tells whether OkHttp goes on with the same request after a status; after others it follows or answers something. */
    private static boolean isRepeat(int status) {
        return status == 408 || status == 421 || status == 503;
    }

    @Override
    public void callEnd(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.ended(call.isCanceled());
        }
        unwatch();
        resources.callEnded();
    }

    @Override
    public void callFailed(Call call, IOException ioe) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.failed(ioe, call.isCanceled());
        }
        unwatch();
        resources.callEnded();
    }
}
