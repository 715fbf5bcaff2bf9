package dev.evenkeel.examples.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers one path itself: 200 while the proxy is ready, 503 once it stops. Passes all others on. */
final class Readiness extends Handler.Wrapper {
    private static final byte[] READY = "ready\n".getBytes(StandardCharsets.UTF_8);

    private final String path;
    private final BooleanSupplier ready;

    Readiness(String path, BooleanSupplier ready, Handler next) {
        super(next);
        this.path = path;
        this.ready = ready;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!path.equals(request.getHttpURI().getPath())) {
            return super.handle(request, response, callback);
        }
        if (!ready.getAsBoolean()) {
            StatusPages.write(new ProxyRefusal(503, "the proxy is stopping"), response, callback);
            return true;
        }
        HttpFields.Mutable fields = response.getHeaders();
        fields.put(StatusPages.date(request));
        fields.put(HttpHeader.CACHE_CONTROL, "no-store");
        fields.put(HttpHeader.CONTENT_LENGTH, READY.length);
        response.write(true, ByteBuffer.wrap(READY), callback);
        return true;
    }
}
