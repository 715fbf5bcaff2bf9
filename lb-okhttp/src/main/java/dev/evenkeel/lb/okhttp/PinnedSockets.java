package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Makes sockets that connect to a backend's port where they are told that of the logical URL. They know the port by the name that
 * {@link BackendDns} gave the address, and go anywhere else as they are told, so that one factory serves all backends and a wrapped
 * client can have it from the start: to give one to a call costs as much as to pick a backend. Safe for many threads.
 */
final class PinnedSockets extends ConnectingSockets {
    static final PinnedSockets FACTORY = new PinnedSockets();

    /** What clients have that were given none. Asked for once, since each time is a lock of the whole JVM. */
    private static final SocketFactory DEFAULT = SocketFactory.getDefault();

    private PinnedSockets() {}

    /** Tells whether a client has no sockets of the user's, so that others can take their place. */
    static boolean canReplace(SocketFactory own) {
        return own == FACTORY || own == DEFAULT;
    }

    @Override
    public Socket createSocket() {
        return new Led();
    }

    private static final class Led extends Socket {
        @Override
        public void connect(SocketAddress told) throws IOException {
            connect(told, 0);
        }

        @Override
        public void connect(SocketAddress told, int timeout) throws IOException {
            LedPort port = told instanceof InetSocketAddress to && !to.isUnresolved()
                    ? LedPort.named(to.getHostString())
                    : null;
            if (port == null) {
                super.connect(told, timeout);
            } else {
                connect((InetSocketAddress) told, port, timeout);
            }
        }

        private void connect(InetSocketAddress to, LedPort port, int timeout) throws IOException {
            if (to.getPort() != port.logical()) {
                throw new IOException("cannot connect to " + port.host() + " on port " + to.getPort()
                        + ": of a pinned backend only port " + port.logical() + " is known, as " + port.real()
                        + "; redirect to the scheme that was asked, without a port");
            }
            InetSocketAddress there =
                    new InetSocketAddress(BackendDns.named(port.host(), to.getAddress()), port.real());
            try {
                super.connect(there, timeout);
            } catch (ConnectException e) {
                ConnectException named = new ConnectException(there + ": " + e.getMessage());
                named.initCause(e);
                throw named; // OkHttp tells the other port in front of it
            }
        }
    }
}
