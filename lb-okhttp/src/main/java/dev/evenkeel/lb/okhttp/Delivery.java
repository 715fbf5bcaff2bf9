package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One passage of a request through OkHttp, which may be several exchanges, and whether the whole of it can be repeated. */
final class Delivery {
    // Written and read by the thread of the call. Volatile because other threads connect and send duplex bodies.
    private volatile boolean gotClosed;
    private volatile boolean answered;
    private volatile boolean bodyStarted;

    /** Something was sent since OkHttp last repeated. */
    private volatile boolean sent;

    private volatile boolean repeating;

    /**
     * @param open false if the connection was closed by us in the moment in which the call took it
     */
    void acquired(boolean open) {
        gotClosed = !open;
    }

    /** OkHttp went on to make a connection, and the failure is that one's. */
    void connectFailed() {
        gotClosed = false;
    }

    /** The first byte of a request is about to be written. Tells whether it is one that OkHttp repeats by itself. */
    boolean sending() {
        boolean repeated = repeating;
        repeating = false;
        sent = true;
        return repeated;
    }

    /** OkHttp goes on by itself with the same request, which is a repetition if it was sent, and once it is: it may never be. */
    void repeats() {
        if (sent) {
            repeating = true;
        }
        sent = false;
    }

    /** The body was asked to write itself, and some bodies can do that once. */
    void bodyStarted() {
        bodyStarted = true;
    }

    /** A response has begun to come, or OkHttp goes on after one: a repetition would send what was answered. */
    void answered() {
        answered = true;
    }

    /** Tells whether the last connection was closed by us in the moment in which the call took it, before a byte was sent. */
    boolean gotClosedConnection() {
        return gotClosed;
    }

    /** What hears that a request of which nothing was sent is sent once more. */
    interface Again {
        void again();
    }

    /** What sends a request once. */
    interface Way {
        Response proceed(Request request) throws IOException;
    }

    /**
     * Sends the request, and if the connection it got was closed by us in that moment, once more: nothing was sent on it, and
     * OkHttp takes another one by itself only if it notices late enough.
     *
     * @param again forgets what the events told of the first time
     */
    Response send(Way way, Call call, Request request, Again again) throws IOException {
        try {
            return way.proceed(request);
        } catch (IOException e) {
            if (!gotClosed || answered || !canBeWritten(request.body()) || call.isCanceled()) {
                throw e;
            }
            gotClosed = false;
            again.again();
            return way.proceed(request);
        }
    }

    /** Tells whether the whole of a body can still be written, since it can be again or was not begun. */
    boolean canBeWritten(@Nullable RequestBody body) {
        return body == null || !bodyStarted || !(body.isOneShot() || body.isDuplex());
    }
}
