package dev.evenkeel.examples;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers for a {@link TestBackend}. Never blocks: a delay is a timer. */
final class BackendHandler extends Handler.Abstract.NonBlocking {
    /** Names the backend in every answer. */
    static final String SERVED_BY = "Served-By";

    private final BackendSettings settings;
    private final State state;

    /** What outlives a restart. */
    static final class State {
        private final AtomicLong received = new AtomicLong();
        private volatile boolean healthy = true;

        void healthy(boolean up) {
            healthy = up;
        }

        long received() {
            return received.get();
        }
    }

    BackendHandler(BackendSettings settings, State state) {
        this.settings = settings;
        this.state = state;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getPath();
        if (settings.healthPath().equals(path)) {
            boolean up = state.healthy;
            answer(request, response, callback, up ? 200 : 503, up ? "up" : "down");
        } else if (BackendSettings.ADMIN_PATH.equals(path)) {
            turnHealth(request, response, callback);
        } else {
            serve(request, response, callback);
        }
        return true;
    }

    private void serve(Request request, Response response, Callback callback) {
        long number = state.received.incrementAndGet();
        Runnable say = () -> answer(
                request,
                response,
                callback,
                settings.status(),
                "I am " + settings.name() + ". You are request " + number + " here.");
        if (settings.delay().isZero()) {
            say.run();
        } else {
            var timer = request.getComponents().getScheduler();
            timer.schedule(say, settings.delay().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void turnHealth(Request request, Response response, Callback callback) {
        String up = Request.extractQueryParameters(request).getValue("up");
        if (!request.getMethod().equals("POST")) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
            answer(request, response, callback, 405, "use POST, was " + request.getMethod());
        } else if ("true".equals(up) || "false".equals(up)) {
            state.healthy = up.equals("true");
            answer(request, response, callback, 200, "health is " + (state.healthy ? "up" : "down") + " now");
        } else {
            answer(request, response, callback, 400, "up must be true or false, was " + up);
        }
    }

    /** Reads the request to its end first, or the connection could not be used again. */
    private void answer(Request request, Response response, Callback callback, int status, String text) {
        Callback write = Callback.from(() -> write(response, callback, status, text), callback::failed);
        Content.Source.consumeAll(request, write);
    }

    private void write(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(SERVED_BY, settings.name());
        if (HttpStatus.hasNoBody(status)) {
            callback.succeeded();
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        Content.Sink.write(response, true, text + "\n", callback);
    }
}
