package dev.evenkeel.examples.proxy;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/**
 * The client's body on its way to the backend: what has arrived is passed on before more is awaited, and nothing is read
 * that the backend does not take. Sent once, by the thread of the call.
 */
final class StreamedBody extends RequestBody {
    private final Request request;
    private final ClientEndPoint client;
    private long length = -1;

    /** @param client left to Jetty alone while the body is read, and watched while the backend takes it */
    StreamedBody(Request request, ClientEndPoint client) {
        this.request = request;
        this.client = client;
    }

    /** @param bytes the length the client announced, or -1 for a chunked body */
    StreamedBody ofLength(long bytes) {
        this.length = bytes;
        return this;
    }

    @Override
    public @Nullable MediaType contentType() {
        return null;
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        while (true) {
            Content.Chunk chunk = read();
            if (chunk == null) {
                sink.flush();
                awaitMore();
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw new ClientFailure(chunk.getFailure());
            }
            boolean last = chunk.isLast();
            try {
                while (chunk.hasRemaining()) {
                    sink.write(chunk.getByteBuffer());
                }
            } finally {
                chunk.release();
            }
            if (last) {
                return;
            }
        }
    }

    private Content.@Nullable Chunk read() {
        client.unwatch();
        try {
            return request.read();
        } finally {
            client.watch();
        }
    }

    private void awaitMore() throws IOException {
        client.unwatch();
        try (Blocker.Runnable more = Blocker.runnable()) {
            request.demand(more);
            more.block();
        } catch (IOException e) {
            throw new ClientFailure(e);
        } finally {
            client.watch();
        }
    }
}
