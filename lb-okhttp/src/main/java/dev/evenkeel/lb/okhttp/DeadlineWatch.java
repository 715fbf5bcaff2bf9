package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.AsyncTimeout;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** Cuts a call off at its deadline. On Okio's timer, which OkHttp uses for its own timeouts. Safe for many threads. */
final class DeadlineWatch {
    private final String balancer;
    private final Deadline deadline;
    private final Call call;
    private final AsyncTimeout timer = new AsyncTimeout() {
        @Override
        protected void timedOut() {
            cut();
        }
    };

    /** Set before the cancel, so that whoever sees what the cancel has broken knows why. */
    private volatile boolean hasCut;

    private DeadlineWatch(String balancer, Deadline deadline, Call call) {
        this.balancer = balancer;
        this.deadline = deadline;
        this.call = call;
    }

    /**
     * Starts to watch a call, until {@link #stop}.
     *
     * @throws DeadlineExceededException if the deadline has passed
     */
    static DeadlineWatch start(String balancer, Deadline deadline, Call call) throws DeadlineExceededException {
        DeadlineWatch watch = new DeadlineWatch(balancer, deadline, call);
        watch.check();
        watch.timer.deadlineNanoTime(deadline.atNanos());
        watch.timer.enter();
        return watch;
    }

    /**
     * @throws DeadlineExceededException if the deadline has passed, so that nothing may begin
     */
    void check() throws DeadlineExceededException {
        if (deadline.hasPassed()) {
            throw DeadlineExceededException.before(balancer, deadline);
        }
    }

    private void cut() {
        if (!call.isCanceled()) { // else it was the caller, and not the time
            hasCut = true;
            call.cancel();
        }
    }

    boolean hasPassed() {
        return deadline.hasPassed();
    }

    boolean hasCut() {
        return hasCut;
    }

    /** The call is over, or goes on beyond the deadline. */
    void stop() {
        timer.exit();
    }

    /** Returns what a failure is called: by the deadline, if that was the cause. */
    IOException told(IOException failure) {
        return hasCut && !(failure instanceof DeadlineExceededException)
                ? DeadlineExceededException.during(balancer, deadline, failure)
                : failure;
    }

    /** Returns a response whose body fails in the name of the deadline, if that cuts it off. */
    Response watched(Response response) {
        RequestBody sent = response.request().body();
        if (response.code() == 101 || (sent != null && sent.isDuplex())) {
            stop(); // from here on it lasts as long as both sides want
            return response;
        }
        return response.newBuilder().body(new CutBody(response.body(), this)).build();
    }

    private static final class CutBody extends ResponseBody {
        private final ResponseBody body;
        private final BufferedSource source;

        CutBody(ResponseBody body, DeadlineWatch watch) {
            this.body = body;
            this.source = Okio.buffer(new ForwardingSource(body.source()) {
                @Override
                public long read(Buffer sink, long byteCount) throws IOException {
                    try {
                        return super.read(sink, byteCount);
                    } catch (IOException e) {
                        throw watch.told(e);
                    }
                }
            });
        }

        @Override
        public @Nullable MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public BufferedSource source() {
            return source;
        }
    }
}
