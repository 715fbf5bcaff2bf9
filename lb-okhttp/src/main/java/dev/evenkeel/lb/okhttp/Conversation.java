package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import okhttp3.Address;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * What the events tell of the exchanges with the backend that one attempt consists of, and what a failure says of that
 * backend. Exceptions are judged by type and by events, never by their text.
 */
class Conversation extends Delivery {
    // Threads that connect and that send a duplex body write or read these as well.
    private volatile boolean connectFailed;
    private volatile boolean proxyFailed;
    private volatile boolean connected;
    private volatile boolean elsewhere;
    private volatile boolean upgraded;

    /** What went wrong on the connection; since the headers, once there is an answer. */
    private volatile @Nullable IOException broken;

    // Whoever has the call writes and reads what follows, as in the class above.
    private boolean acquired;
    private boolean reused;
    private boolean heard;
    private boolean decided;
    private @Nullable Target target;

    /** The request is sent once more, of which nothing was sent so far. */
    void startAgain() {
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
        wentOn();
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
        took(open);
        shared(shared);
        boolean pooled = !connected;
        acquired = true;
        reused = pooled;
        if (!pooled) {
            connected = false;
        }
        heard = false;
        decided = false;
    }

    /** Tells whether a connection is to the backend, and that one went out of service since the attempt was begun. */
    boolean hasLeft(Address connected) {
        return target != null && target.hasLeft() && target.isAt(connected);
    }

    /** Response headers have come. */
    void heard() {
        responds();
        heard = true;
        decided = false;
        makeGood();
    }

    void broke(IOException why) {
        bodyEnded();
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
        responds();
        elsewhere = target != null && !target.serves(next);
    }

    /** Tells whether the call was led to another host, and what happens there is none of the backend's doing. */
    boolean isElsewhere() {
        return elsewhere;
    }

    /** The interceptor has an answer, so what broke before was made good. */
    void answered(int status) {
        makeGood();
        if (status == 101) {
            upgraded = true;
        }
    }

    /** What broke before was made good by OkHttp. */
    private void makeGood() {
        if (broken != null) {
            broken = null;
        }
    }

    /** Tells whether HTTP was left for another protocol. */
    boolean isUpgraded() {
        return upgraded;
    }

    /** Returns what went wrong on the connection and was not made good, or null for nothing. */
    @Nullable
    IOException broken() {
        return broken;
    }

    /** Tells whether what was thrown came from a connection that calls share, and may be thrown to each of them. */
    boolean isOfSharedConnection(IOException thrown) {
        return isShared() && thrown == broken;
    }

    /** Tells whether a failure is a broken exchange with the backend. After the headers, too many redirects are not one. */
    boolean isBrokenExchange() {
        return !elsewhere && !isUploading() && (broken != null || !heard);
    }

    /** Returns what a failure says of the backend. */
    Outcome usual(IOException why) {
        // An interrupt is the caller's; an upload that stops without the connection failing is the caller's body.
        if (Thread.currentThread().isInterrupted() || isUploading()) {
            return Outcome.IGNORED;
        }
        // Also when a connection from the pool turned out to be dead and OkHttp could not make another one.
        if (connectFailed && (!acquired || why instanceof ConnectException)) {
            return Outcome.unreachable(why);
        }
        if (proxyFailed && (!acquired || why instanceof ConnectException)) {
            return Outcome.IGNORED;
        }
        if (gotClosedConnection() || isOfTheClient(why)) {
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

    /**
     * Servers close idle connections, and a call may run into that. Not over HTTP/2: there OkHttp reads all the time, and takes no
     * connection whose end it has read, so one that ends under a request did not end for being idle.
     */
    private static boolean isClosed(IOException why) {
        return why instanceof SocketException || why instanceof EOFException || why.getCause() instanceof EOFException;
    }
}
