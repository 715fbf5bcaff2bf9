package dev.evenkeel.lb.okhttp;

import java.net.Socket;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Protocol;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/** Opens what counts the calls on a connection, which its package keeps to itself, to the races. */
public final class PooledConnection {
    private final NotingSocket socket = new NotingSocket();
    private final Connection connection = new ConnectionOf(socket);
    private final ConnectionUse use = new ConnectionUse(connection);

    /** A call takes it, and is told whether it is open. */
    public boolean take() {
        return use.acquired();
    }

    /** The call is done with it. */
    public void release() {
        use.released();
    }

    /** It is to be closed as soon as no call uses it. */
    public void letGo() {
        use.letGo();
    }

    /** Tells whether its socket was closed. */
    public boolean isClosed() {
        return socket.closed;
    }

    private static final class NotingSocket extends Socket {
        private volatile boolean closed;

        @Override
        public synchronized void close() {
            closed = true;
        }
    }

    private record ConnectionOf(Socket socket) implements Connection {
        @Override
        public Route route() {
            throw new UnsupportedOperationException("nobody asks where it leads");
        }

        @Override
        public @Nullable Handshake handshake() {
            return null;
        }

        @Override
        public Protocol protocol() {
            return Protocol.HTTP_1_1;
        }
    }
}
