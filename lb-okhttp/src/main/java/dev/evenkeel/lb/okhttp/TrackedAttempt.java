package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease, what the events of the call told since it was acquired, and the outcome that follows from it. The lease
 * itself sees to it that only the first completion counts.
 *
 * <p>Exceptions are judged by type and by events, never by their text.
 */
final class TrackedAttempt {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final Lease lease;
    private final Delivery delivery = new Delivery();

    // Most are written and read by the thread of the call, one after the other. They are volatile because connections
    // are made, duplex bodies sent and response bodies read by others.
    private volatile @Nullable RewriteTarget target;
    private volatile boolean connectFailed;
    private volatile boolean connected;
    private volatile boolean acquired;
    private volatile boolean reused;
    private volatile boolean uploading;
    private volatile boolean heard;
    private volatile boolean decided;
    private volatile boolean elsewhere;
    private volatile boolean endsWithBody;

    /** What went wrong on the connection; since the headers, once there is an answer. */
    private volatile @Nullable IOException broken;

    /** How the backend answered; null before the interceptor has a response. */
    private volatile @Nullable Outcome answer;

    TrackedAttempt(Lease lease) {
        this.lease = lease;
    }

    /** Returns what tells whether the request can be sent again. */
    Delivery delivery() {
        return delivery;
    }

    /** The request is sent once more, of which nothing was sent so far. */
    void again() {
        connectFailed = false;
        connected = false;
        acquired = false;
        reused = false;
        uploading = false;
        heard = false;
        decided = false;
        elsewhere = false;
        broken = null;
    }

    Backend backend() {
        return lease.backend();
    }

    void target(RewriteTarget where) {
        target = where;
    }

    /** A connection was made for this call, so the next one acquired is not from the pool. */
    void connected() {
        connected = true;
    }

    void connectFailed() {
        delivery.connectFailed();
        if (!elsewhere) {
            connectFailed = true;
        }
    }

    /**
     * @param open false if the connection was closed by us in the moment in which the call took it
     */
    void acquired(boolean open) {
        delivery.acquired(open);
        acquired = true;
        reused = !connected;
        connected = false;
        heard = false;
        decided = false;
    }

    /** Tells whether a connection is to the backend, and that one went out of service since the attempt was begun. */
    boolean hasLeft(Address connected) {
        RewriteTarget home = target;
        return home != null && home.hasLeft() && home.isAt(connected);
    }

    void uploading(boolean now) {
        if (now) {
            delivery.bodyStarted();
        }
        uploading = now;
    }

    /** Response headers have come. */
    void heard() {
        delivery.answered();
        heard = true;
        decided = false;
        broken = null; // what broke before was made good by OkHttp
    }

    void broke(IOException why) {
        uploading = false;
        broken = why;
    }

    /** OkHttp has a whole answer, and has made up its mind whether to go on after it. */
    void decided() {
        decided = true;
    }

    /** OkHttp goes on by itself, after a redirect or a challenge. */
    void followUp(HttpUrl next) {
        delivery.answered();
        RewriteTarget home = target;
        elsewhere = home != null && !home.serves(next);
    }

    /** The response is there, its body is not read yet. */
    void answered(Response response) {
        broken = null;
        RequestBody body = response.request().body();
        endsWithBody = response.code() != 101 && (body == null || !body.isDuplex());
        // What another host says of itself does not concern the backend that pointed to it.
        Outcome soFar = elsewhere ? Outcome.SUCCESS : ResponseOutcome.of(response);
        answer = soFar;
        lease.answered(soFar);
    }

    /** No response came of it. */
    void threw(IOException why, boolean canceled) {
        // Whether a cancel was the caller's or a timeout's is told at the end of the call, and not before.
        if (!canceled) {
            complete(judge(why));
        }
    }

    /** Something threw that is no failure of an exchange. */
    void abandon() {
        complete(Outcome.IGNORED);
    }

    /** The body was read to its end, or closed. */
    void bodyEnded(boolean canceled) {
        Outcome known = answer;
        if (known != null && endsWithBody && !canceled) {
            complete(known);
        }
    }

    /** An interceptor outside of ours proceeds again. */
    void superseded() {
        ended(false);
    }

    void ended(boolean canceled) {
        Outcome known = answer;
        IOException why = broken;
        if (canceled || known == null) {
            complete(Outcome.IGNORED);
        } else {
            complete(why == null ? known : judge(why));
        }
    }

    void failed(IOException why, boolean canceled) {
        if (!canceled) {
            // Without a broken exchange the exception is of an interceptor outside, and the answer stands.
            ended(false);
        } else if (isCallTimeout(why)) {
            complete(elsewhere ? Outcome.SUCCESS : Outcome.failure(why));
        } else {
            complete(Outcome.IGNORED);
        }
    }

    /**
     * OkHttp cancels a call that times out, and then wraps what that led to in this very class; a timeout of a socket is
     * a subclass, and an interrupted thread has no cause.
     */
    private static boolean isCallTimeout(IOException why) {
        return why.getClass() == InterruptedIOException.class && why.getCause() != null;
    }

    private Outcome judge(IOException why) {
        if (elsewhere) {
            return Outcome.SUCCESS;
        }
        // An interrupt is the caller's; an upload that stops without the connection failing is the caller's body.
        if (Thread.currentThread().isInterrupted() || uploading) {
            return Outcome.IGNORED;
        }
        // Also when a connection from the pool turned out to be dead and OkHttp could not make another one.
        if (connectFailed && (!acquired || why instanceof ConnectException)) {
            return Outcome.unreachable(why);
        }
        if (delivery.gotClosedConnection() || isOfTheClient(why)) {
            return Outcome.IGNORED;
        }
        return reused && !heard && isClosed(why) ? Outcome.IGNORED : Outcome.failure(why);
    }

    /**
     * Tells whether an answer had come well, and what threw then was an authenticator, an interceptor or OkHttp's limit of
     * follow-ups. OkHttp tells of every exchange that breaks, but not of an answer whose headers contradict themselves.
     */
    private boolean isOfTheClient(IOException why) {
        return heard && broken == null && (decided || !(why instanceof ProtocolException));
    }

    /** Servers close idle connections, and a call may run into that. */
    private static boolean isClosed(IOException why) {
        return why instanceof SocketException || why instanceof EOFException || why.getCause() instanceof EOFException;
    }

    private void complete(Outcome outcome) {
        try {
            lease.complete(outcome);
        } catch (RuntimeException e) {
            // Thrown on, it would end a thread of OkHttp's.
            log.error("{} could not be completed as {}", lease, outcome, e);
        }
    }
}
