package dev.evenkeel.lb.okhttp;

import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/** Gives OkHttp a test's sockets. It asks for those that are not connected, and for no others. */
final class TestSockets extends SocketFactory {
    private final Supplier<Socket> source;

    private TestSockets(Supplier<Socket> source) {
        this.source = source;
    }

    static SocketFactory of(Supplier<Socket> source) {
        return new TestSockets(source);
    }

    @Override
    public Socket createSocket() {
        return source.get();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }
}
