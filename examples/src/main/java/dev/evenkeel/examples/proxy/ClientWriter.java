package dev.evenkeel.examples.proxy;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the client and waits until the bytes were taken, which is what holds a fast backend back for a slow client.
 * One per answer, used by one thread.
 */
final class ClientWriter implements Callback {
    private final Response response;
    private final Thread writer = Thread.currentThread();
    private volatile boolean taken;
    private volatile @Nullable Throwable failure;

    ClientWriter(Response response) {
        this.response = response;
    }

    void write(boolean last, @Nullable ByteBuffer bytes) throws ClientFailure {
        taken = false;
        response.write(last, bytes, this);
        while (!taken) {
            LockSupport.park(this);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new ClientFailure(cause);
        }
    }

    @Override
    public void succeeded() {
        taken = true;
        LockSupport.unpark(writer);
    }

    @Override
    public void failed(Throwable x) {
        failure = x;
        succeeded();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
