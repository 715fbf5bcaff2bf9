package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.SocketException;
import java.util.List;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Tells the current attempt of a call what the call's events say of its exchange with the backend, but not how it ends. */
class AttemptEvents extends EventListener {
    /** Written by the thread of the call, read also by threads that connect or read the body. */
    private volatile @Nullable TrackedAttempt attempt;

    /** Null before the call has asked for a name. Written by the thread of the call, read by those that cancel it. */
    private volatile @Nullable NameWait nameWait;

    /** Returns the current attempt, or null before the first. */
    final @Nullable TrackedAttempt attempt() {
        return attempt;
    }

    /** Makes an attempt the one that is told from now on. */
    final void attempt(TrackedAttempt next) {
        attempt = next;
    }

    /** The balancer's interceptor returns, on the thread on which names were asked for. */
    void outside() {
        if (nameWait != null) {
            CancelableDns.answered(); // by a resolver that failed, and was not the client's
        }
    }

    @Override
    public void dnsStart(Call call, String domainName) {
        NameWait begun = new NameWait();
        nameWait = begun;
        if (call.isCanceled()) {
            begun.cancel(); // before it could be told
        }
        CancelableDns.announce(begun);
    }

    @Override
    public void dnsEnd(Call call, String domainName, List<InetAddress> inetAddressList) {
        CancelableDns.answered();
    }

    @Override
    public void canceled(Call call) {
        NameWait begun = nameWait;
        if (begun != null) {
            begun.cancel();
        }
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
            current.connectFailed(isOf(proxy, ioe));
        }
    }

    /**
     * Tells whether a proxy could not be connected to, or did not let the client in. What goes wrong in a tunnel is the
     * backend's, but for what is no answer to a request for a tunnel. Of a SOCKS proxy the JDK makes everything one class; newer
     * ones tell by a cause what kept it from the proxy, and without one it may have been said of the backend.
     */
    private static boolean isOf(Proxy proxy, IOException failure) {
        return switch (proxy.type()) {
            case HTTP -> failure instanceof ConnectException || failure instanceof ProtocolException;
            case SOCKS -> failure.getClass() == SocketException.class && failure.getCause() instanceof IOException;
            case DIRECT -> false;
        };
    }

    @Override
    public void requestHeadersStart(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.requestStarts();
        }
    }

    @Override
    public void requestBodyStart(Call call) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.bodyStarted();
        }
    }

    @Override
    public void requestBodyEnd(Call call, long byteCount) {
        TrackedAttempt current = attempt;
        if (current != null) {
            current.bodyEnded();
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
    public void retryDecision(Call call, IOException exception, boolean retry) {
        TrackedAttempt current = attempt;
        if (current != null && retry) {
            current.repeats();
        }
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, @Nullable Request nextRequest) {
        TrackedAttempt current = attempt;
        if (current == null) {
            return;
        }
        current.decided();
        if (nextRequest != null) {
            current.followUp(nextRequest.url());
            if (isRepeat(networkResponse.code())) {
                current.repeats();
            }
        }
    }

    /** Tells whether OkHttp goes on with the same request after a status; after others it follows or answers something. */
    private static boolean isRepeat(int status) {
        return status == 408 || status == 421 || status == 503;
    }
}
