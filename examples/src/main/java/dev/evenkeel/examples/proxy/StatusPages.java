package dev.evenkeel.examples.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Writes the proxy's own answers: one line of plain text with its length, never a stack trace. */
final class StatusPages extends ErrorHandler {
    private static final HttpField PLAIN = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    private static final HttpField RETRY_SOON = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

    /** Answers what Jetty refused before the proxy saw it, such as a malformed header. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object said = request.getAttribute(ERROR_MESSAGE);
        int status = response.getStatus();
        write(
                new ProxyRefusal(status, said == null ? HttpStatus.getMessage(status) : said.toString()),
                response,
                callback);
        return true;
    }

    /** Returns the Date of now; Jetty makes it once a second. */
    static HttpField date(Request request) {
        return request.getConnectionMetaData().getConnector().getServer().getDateField();
    }

    static void write(ProxyRefusal refusal, Response response, Callback callback) {
        int status = refusal.status();
        String reason = HttpStatus.getMessage(status);
        String line = status + " " + reason + ": " + refusal.sentence() + "\n";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        HttpFields.Mutable fields = response.getHeaders();
        response.setStatus(status);
        fields.clear(); // what a backend had said before it failed
        fields.put(date(response.getRequest()));
        fields.put(PLAIN);
        fields.put(HttpHeader.CONTENT_LENGTH, bytes.length);
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            fields.put(RETRY_SOON);
        }
        if (status < 500 || status == HttpStatus.NOT_IMPLEMENTED_501) {
            // Who sends what we cannot read may mean the next bytes for something else than we would.
            fields.put(HttpFields.CONNECTION_CLOSE);
        }
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
