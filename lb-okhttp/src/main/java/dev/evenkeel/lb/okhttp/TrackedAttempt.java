package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.time.Duration;
import okhttp3.Address;
import okhttp3.HttpUrl;
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
    private final GuardedClassifier outcomes;
    private final long startNanos;

    private final boolean duplex;

    private final Delivery delivery = new Delivery();

    // Most are written and read by the thread of the call, one after the other. They are volatile because connections
    // are made, duplex bodies sent and response bodies read by others.
    private volatile boolean connectFailed;
    private volatile boolean proxyFailed;
    private volatile boolean connected;
    private volatile boolean acquired;
    private volatile boolean reused;
    private volatile boolean heard;
    private volatile boolean decided;
    private volatile boolean elsewhere;
    private volatile boolean upgraded;
    private volatile boolean abandoned;
    private volatile boolean judged;

    /** What went wrong on the connection; since the headers, once there is an answer. */
    private volatile @Nullable IOException broken;

    /** How the backend answered; null before the interceptor has a response. */
    private volatile @Nullable Outcome answer;

    /** Of the thread of the call, as whoever reads it. */
    private @Nullable Target target;

    /**
     * @param duplex whether the request may still be sent when the response has been read
     * @param startNanos by {@link System#nanoTime}
     */
    TrackedAttempt(Lease lease, GuardedClassifier outcomes, boolean duplex, long startNanos) {
        this.lease = lease;
        this.outcomes = outcomes;
        this.duplex = duplex;
        this.startNanos = startNanos;
    }

    /** Returns what tells whether the request can be sent again. */
    Delivery delivery() {
        return delivery;
    }

    /** The request is sent once more, of which nothing was sent so far. */
    void again() {
        connectFailed = false;
        proxyFailed = false;
        connected = false;
        acquired = false;
        reused = false;
        heard = false;
        decided = false;
        elsewhere = false;
        broken = null;
    }

    Backend backend() {
        return lease.backend();
    }

    Endpoint endpoint() {
        return lease.backend().endpoint();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    long startNanos() {
        return startNanos;
    }

    /** Returns where the attempt goes, or null while that is not known. */
    @Nullable
    Target target() {
        return target;
    }

    void target(Target where) {
        target = where;
    }

    /** A connection was made for this call, so the next one acquired is not from the pool. */
    void connected() {
        connected = true;
    }

    /**
     * @param ofProxy whether it was a proxy that did not let the call through, and the backend was not asked
     */
    void connectFailed(boolean ofProxy) {
        delivery.connectFailed();
        if (ofProxy) {
            proxyFailed = true;
        } else if (!elsewhere) {
            connectFailed = true;
        }
    }

    /**
     * @param open false if the connection was closed by us in the moment in which the call took it
     * @param shared whether other calls may use it at the same time
     */
    void acquired(boolean open, boolean shared) {
        delivery.acquired(open);
        delivery.shared(shared);
        acquired = true;
        reused = !connected;
        connected = false;
        heard = false;
        decided = false;
    }

    /** The first byte of a request is about to be written. On a connection that we have closed it cannot be. */
    void sending() {
        if (delivery.gotClosedConnection()) {
            return;
        }
        if (delivery.sending() && !elsewhere) {
            resent();
        }
    }

    private void resent() {
        try {
            lease.resent();
        } catch (RuntimeException e) {
            // As in complete.
            log.error("{} could not be told that its request was sent again", lease, e);
        }
    }

    /** Tells whether a connection is to the backend, and that one went out of service since the attempt was begun. */
    boolean hasLeft(Address connected) {
        return target != null && target.hasLeft() && target.isAt(connected);
    }

    /** Response headers have come. */
    void heard() {
        delivery.answered();
        heard = true;
        decided = false;
        broken = null; // what broke before was made good by OkHttp
    }

    void broke(IOException why) {
        delivery.bodyEnded();
        // A web socket is closed one direction after the other, which fails in many ways if the peer was quicker, over
        // TLS nearly always. OkHttp tells that as it tells of a broken conversation, so neither is held against the
        // backend.
        if (!upgraded) {
            broken = why;
        }
    }

    /** OkHttp has a whole answer, and has made up its mind whether to go on after it. */
    void decided() {
        decided = true;
    }

    /** OkHttp goes on by itself, after a redirect or a challenge. */
    void followUp(HttpUrl next) {
        delivery.answered();
        elsewhere = target != null && !target.serves(next);
    }

    /** Tells whether the call was led to another host, and what happens there is none of the backend's doing. */
    boolean isElsewhere() {
        return elsewhere;
    }

    /** Returns how the backend answered, or null if it has not. */
    Outcome.@Nullable Kind answerKind() {
        Outcome known = answer;
        return known == null ? null : known.kind();
    }

    /** Tells whether what was thrown came from a connection that calls share, and may be thrown to each of them. */
    boolean isOfSharedConnection(IOException thrown) {
        return delivery.isShared() && thrown == broken;
    }

    /** Tells whether what was thrown is a broken exchange with the backend, and not the caller's doing or ours. */
    boolean brokeByItself() {
        if (abandoned || elsewhere || delivery.isUploading()) {
            return false;
        }
        // After the headers only a broken exchange counts: too many redirects are not one.
        return broken != null || !heard;
    }

    /**
     * The response is there, its body is not read yet.
     *
     * @throws IOException if a user's classifier fails; the lease is complete then
     */
    void answered(Response response) throws IOException {
        if (broken != null) { // a write costs more than a look, here and below
            broken = null;
        }
        if (response.code() == 101) {
            upgraded = true;
        }
        // What another host says of itself does not concern the backend that pointed to it.
        Outcome soFar = elsewhere ? Outcome.SUCCESS : classified(response);
        answer = soFar;
        lease.answered(soFar);
    }

    private Outcome classified(Response response) throws IOException {
        try {
            return outcomes.ofResponse(response, ResponseOutcome.of(response));
        } catch (IOException e) {
            abandon();
            response.close();
            throw e;
        }
    }

    /** No response came of it. */
    void threw(IOException why, boolean canceled) {
        // Whether a cancel was the caller's or a timeout's is told at the end of the call, and not before.
        if (!canceled && !abandoned) {
            complete(judge(why));
        }
    }

    /** Something threw that is no failure of an exchange. */
    void abandon() {
        abandoned = true;
        complete(Outcome.IGNORED);
    }

    /** The body was read to its end, or closed. */
    void bodyEnded(boolean canceled) {
        Outcome known = answer;
        if (known != null && !upgraded && !duplex && !canceled) {
            complete(known);
        }
    }

    /** What the backend has answered counts, whatever becomes of the call. */
    void stands() {
        Outcome known = answer;
        if (known != null) {
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

    void failed(IOException why, boolean canceled, boolean cutAtDeadline) {
        if (!canceled) {
            // Without a broken exchange the exception is of an interceptor outside, and the answer stands.
            ended(false);
        } else if (cutAtDeadline || isCallTimeout(why)) {
            complete(elsewhere ? Outcome.SUCCESS : judged(why, Outcome.failure(why)));
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
        return elsewhere ? Outcome.SUCCESS : judged(why, usual(why));
    }

    /** Asks a user's classifier once, since more than one event may tell of the same end. */
    private Outcome judged(IOException why, Outcome usual) {
        if (judged) {
            return usual; // the lease is complete, and takes no other
        }
        judged = true;
        return outcomes.ofFailure(why, usual);
    }

    private Outcome usual(IOException why) {
        // An interrupt is the caller's; an upload that stops without the connection failing is the caller's body.
        if (Thread.currentThread().isInterrupted() || delivery.isUploading()) {
            return Outcome.IGNORED;
        }
        // Also when a connection from the pool turned out to be dead and OkHttp could not make another one.
        if (connectFailed && (!acquired || why instanceof ConnectException)) {
            return Outcome.unreachable(why);
        }
        if (proxyFailed && (!acquired || why instanceof ConnectException)) {
            return Outcome.IGNORED;
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
