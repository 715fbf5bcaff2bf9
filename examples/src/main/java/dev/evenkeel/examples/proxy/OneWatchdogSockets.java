package dev.evenkeel.examples.proxy;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/**
 * Makes sockets on which OkHttp's own watchdog alone bounds a read. OkHttp sets the socket's read timeout besides, and a
 * read with one costs two more system calls, or a timer where threads are virtual, at every answer.
 *
 * <p>Two timeouts still reach the socket: the one set before it connects, which bounds a TLS handshake, where the watchdog
 * does not look; and the short one by which a kept connection is probed.
 */
final class OneWatchdogSockets extends SocketFactory {
    private static final int PROBE_MILLIS = 10;

    @Override
    public Socket createSocket() {
        return new WatchedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("OkHttp connects its sockets itself");
    }

    private static final class WatchedSocket extends Socket {
        @Override
        public void setSoTimeout(int millis) throws SocketException {
            super.setSoTimeout(isConnected() && millis > PROBE_MILLIS ? 0 : millis);
        }
    }
}
