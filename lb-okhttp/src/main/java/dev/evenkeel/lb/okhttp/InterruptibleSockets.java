package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;

/**
 * Makes sockets over channels. A thread that waits on one is woken by an interrupt, while on a plain socket it would
 * wait on to the timeout.
 */
final class InterruptibleSockets extends ConnectingSockets {
    private static final InterruptibleSockets FACTORY = new InterruptibleSockets();

    private InterruptibleSockets() {}

    static SocketFactory factory() {
        return FACTORY;
    }

    @Override
    public Socket createSocket() throws IOException {
        return SocketChannel.open().socket();
    }
}
