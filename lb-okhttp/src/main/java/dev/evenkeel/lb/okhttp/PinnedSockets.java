package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

/**
 * Makes sockets that connect to a backend's port where they are told that of the logical URL. They know the backend by the
 * name that {@link BackendDns} gave its address, and go anywhere else as they are told. Safe for many threads.
 */
final class PinnedSockets extends ConnectingSockets {
    private final String logicalHost;
    private final int logicalPort;
    private final int port;

    /**
     * @param logicalPort what OkHttp thinks the port is
     * @param port what it is
     */
    PinnedSockets(String logicalHost, int logicalPort, int port) {
        this.logicalHost = logicalHost;
        this.logicalPort = logicalPort;
        this.port = port;
    }

    @Override
    public Socket createSocket() {
        return new Led();
    }

    private final class Led extends Socket {
        @Override
        public void connect(SocketAddress told) throws IOException {
            connect(told, 0);
        }

        @Override
        public void connect(SocketAddress told, int timeout) throws IOException {
            if (!(told instanceof InetSocketAddress to)
                    || to.isUnresolved()
                    || !to.getHostString().equals(logicalHost)) {
                super.connect(told, timeout);
                return;
            }
            if (to.getPort() != logicalPort) {
                throw new IOException("cannot connect to " + logicalHost + " on port " + to.getPort()
                        + ": of a pinned backend only port " + logicalPort + " is known, as " + port
                        + "; redirect to the scheme that was asked, without a port");
            }
            InetSocketAddress there = new InetSocketAddress(to.getAddress(), port);
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
