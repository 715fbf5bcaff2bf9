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
    private final Runnable whenRead;
    private long length = -1;

    /** @param whenRead told when the last byte was read, so that the connection may be watched */
    StreamedBody(Request request, Runnable whenRead) {
        this.request = request;
        this.whenRead = whenRead;
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
            Content.Chunk chunk = request.read();
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
                whenRead.run();
                return;
            }
        }
    }

    private void awaitMore() throws IOException {
        try (Blocker.Runnable more = Blocker.runnable()) {
            request.demand(more);
            more.block();
        } catch (IOException e) {
            throw new ClientFailure(e);
        }
    }
}
