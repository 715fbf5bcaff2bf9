package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import okhttp3.Headers;
import okio.Buffer;
import okio.BufferedSource;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Hands a backend's answer to the client as it comes: head, body, trailers. One per answer, used by one thread. */
final class ResponseRelay {
    /** A body up to this size, if it is there at once, leaves in one write together with the head. */
    private static final int SMALL = 8_192;

    private static final int STREAM_BUFFER = 32_768;

    private final Request request;
    private final Response response;
    private final okhttp3.Response answer;
    private long length = -1;
    private boolean dated;
    private boolean announcesTrailers;

    ResponseRelay(Request request, Response response, okhttp3.Response answer) {
        this.request = request;
        this.response = response;
        this.answer = answer;
    }

    /**
     * Relays the answer and completes {@code done} when the client has taken it all.
     *
     * @throws ClientFailure if the client did not take it
     * @throws IOException if the backend did not send it to its end
     */
    void relay(Callback done) throws IOException {
        response.setStatus(answer.code());
        copyFields();
        if (isBodiless()) {
            relayHead(done);
            return;
        }
        BufferedSource source = answer.body().source();
        if (length == 0) {
            answer.close();
            response.write(true, BufferUtil.EMPTY_BUFFER, done);
        } else if (length > 0
                && length <= SMALL
                && source.request(1)
                && source.getBuffer().size() == length) {
            ByteBuffer whole = ByteBuffer.wrap(source.readByteArray(length));
            answer.close();
            response.write(true, whole, done);
        } else {
            stream(source);
            done.succeeded();
        }
    }

    private boolean isBodiless() {
        int status = answer.code();
        return status == 204
                || status == 205
                || status == 304
                || request.getMethod().equals("HEAD");
    }

    private void copyFields() {
        Headers from = answer.headers();
        HttpFields.Mutable to = response.getHeaders();
        List<String> named = namedByConnection(from);
        for (int i = 0; i < from.size(); i++) {
            String name = from.name(i);
            if (HopByHop.always(name) || HopByHop.holds(named, name)) {
                continue;
            }
            String value = from.value(i);
            if (name.equalsIgnoreCase("Content-Length")) {
                length = AnswerRules.length(value);
                continue;
            }
            if (name.equalsIgnoreCase("Date")) {
                dated = true;
            } else if (name.equalsIgnoreCase("Trailer")) {
                announcesTrailers = true;
            }
            to.add(verbatim(name, value));
        }
        if (!dated) {
            to.add(StatusPages.date(request));
        }
        if (length >= 0 && answer.code() != 204 && answer.code() != 205) {
            to.put(HttpHeader.CONTENT_LENGTH, length);
        }
        if (announcesTrailers && length < 0) {
            response.setTrailersSupplier(this::trailers);
        }
    }

    private static List<String> namedByConnection(Headers from) {
        List<String> lines = from.values("Connection");
        return lines.isEmpty() ? lines : HopByHop.named(String.join(",", lines));
    }

    /** Without its well-known constant, Jetty writes a field as it is and does not set its name in a case of its own. */
    private static HttpField verbatim(String name, String value) {
        return new HttpField((HttpHeader) null, name, FieldText.toJetty(value));
    }

    private @Nullable HttpFields trailers() {
        HttpFields.Mutable to = HttpFields.build();
        try {
            Headers from = answer.trailers();
            List<String> named = namedByConnection(from);
            for (int i = 0; i < from.size(); i++) {
                String name = from.name(i);
                if (!HopByHop.always(name) && !HopByHop.holds(named, name)) {
                    to.add(verbatim(name, from.value(i)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }

    /** The fields may announce a body that is not there; waiting for it would hang, so its connection is given up. */
    private void relayHead(Callback done) throws IOException {
        if (answer.code() == 204 || answer.code() == 205) {
            answer.close();
            response.write(true, BufferUtil.EMPTY_BUFFER, done);
            return;
        }
        boolean framedByChunks = answer.header("Transfer-Encoding") != null;
        if (answer.code() == 304 && (length > 0 || framedByChunks)) {
            answer.body().source().timeout().deadlineNanoTime(System.nanoTime());
        }
        answer.close();
        if (length < 0 && answer.code() != 304) {
            // A head that is last is taken for an empty body and would get a length of 0, which a GET would not show.
            new ClientWriter(response).write(false, BufferUtil.EMPTY_BUFFER);
        }
        response.write(true, BufferUtil.EMPTY_BUFFER, done);
    }

    private void stream(BufferedSource source) throws IOException {
        ClientWriter client = new ClientWriter(response);
        if (length < 0) {
            // The body may be an endless one whose first byte is a long way off; the client need not wait for the head.
            client.write(false, BufferUtil.EMPTY_BUFFER);
        }
        RetainableByteBuffer pooled =
                request.getComponents().getByteBufferPool().acquire(STREAM_BUFFER, true);
        try {
            ByteBuffer bytes = pooled.getByteBuffer();
            Buffer arrived = source.getBuffer();
            long left = length;
            while (left != 0 && source.request(1)) {
                BufferUtil.clearToFill(bytes);
                while (bytes.hasRemaining() && arrived.size() > 0) {
                    int unused = arrived.read(bytes);
                }
                bytes.flip();
                left -= bytes.remaining();
                client.write(left == 0, bytes);
            }
            if (left < 0) {
                client.write(true, BufferUtil.EMPTY_BUFFER);
            }
        } finally {
            pooled.release();
        }
        answer.close();
    }
}
