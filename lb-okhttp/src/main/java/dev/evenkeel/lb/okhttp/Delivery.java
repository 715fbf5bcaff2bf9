package dev.evenkeel.lb.okhttp;

import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * One passage of a request through OkHttp, which may be several exchanges, and whether the whole of it can be repeated. An
 * attempt is one, and does not hold one: each object of a call is paid for by every call.
 */
class Delivery {
    // Threads that connect and that send a duplex body write these as well.
    private volatile boolean gotClosed;
    private volatile boolean uploading;

    // Whoever has the call writes and reads what follows, one after the other: its thread, then who was given the
    // response. A volatile write costs ten times one that is not, and every call pays for it.
    private boolean answered;
    private boolean bodyStarted;

    /** Other calls may use the connection at the same time. */
    private boolean shared;

    private boolean everSent;

    /** Something was sent since OkHttp last repeated. */
    private boolean sent;

    private boolean repeating;

    /**
     * @param open false if the connection was closed by us in the moment in which the call took it
     */
    void took(boolean open) {
        if (gotClosed == open) {
            gotClosed = !open;
        }
    }

    /**
     * @param now whether other calls may use the connection at the same time
     */
    void shared(boolean now) {
        shared = now;
    }

    /** Tells whether other calls may use the connection at the same time. */
    boolean isShared() {
        return shared;
    }

    /** OkHttp went on to make a connection, and the failure is that one's. */
    void wentOn() {
        gotClosed = false;
    }

    /** The first byte of a request is about to be written. Tells whether it is one that OkHttp repeats by itself. */
    boolean sending() {
        boolean repeated = repeating;
        repeating = false;
        sent = true;
        everSent = true;
        return repeated;
    }

    /** Tells whether nothing of the request was written to any connection. */
    boolean isUnsent() {
        return !everSent;
    }

    /** OkHttp goes on by itself with the same request, which is a repetition if it was sent, and once it is: it may never be. */
    void repeats() {
        if (sent) {
            repeating = true;
        }
        sent = false;
    }

    /** The request's body was asked to write itself, and some bodies can do that once. */
    void bodyStarted() {
        bodyStarted = true;
        uploading = true;
    }

    /** The body was written, or broke off. */
    void bodyEnded() {
        if (uploading) {
            uploading = false;
        }
    }

    /** Tells whether the body is being written. */
    boolean isUploading() {
        return uploading;
    }

    /** A response has begun to come, or OkHttp goes on after one: a repetition would send what was answered. */
    void responds() {
        answered = true;
    }

    /** Tells whether the last connection was closed by us in the moment in which the call took it, before a byte was sent. */
    boolean gotClosedConnection() {
        return gotClosed;
    }

    /**
     * The request has failed. Returns whether it is to be sent once more: if the connection it got was closed by us in that
     * moment nothing was sent on it, and OkHttp takes another one by itself only if it notices late enough. True once for
     * each such connection.
     */
    boolean again(@Nullable RequestBody body) {
        boolean again = gotClosed && !answered && canBeWritten(body);
        if (again) {
            gotClosed = false;
            uploading = false;
        }
        return again;
    }

    /** Tells whether the whole of a body can still be written, since it can be again or was not begun. */
    boolean canBeWritten(@Nullable RequestBody body) {
        return body == null || !bodyStarted || !(body.isOneShot() || body.isDuplex());
    }
}
