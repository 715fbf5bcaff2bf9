package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one probe, which close when it is cancelled, as at its timeout. OkHttp misses a cancel that comes
 * right before it connects, or between the end of the connect and the begin of the TLS handshake, which are on two threads,
 * and would then wait for a silent server for ever. Safe for many threads.
 */
final class ProbeSockets extends SocketFactory {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final SocketFactory factory;

    // Guarded by this. More than one where a name has several addresses.
    private final List<Socket> made = new ArrayList<>();
    private boolean cancelled;

    private ProbeSockets(SocketFactory factory) {
        this.factory = factory;
    }

    /**
     * Returns the chain that connects by these. On it no single wait is longer than the call's timeout either, because the
     * socket to a SOCKS proxy is made by nobody's factory.
     */
    static Interceptor.Chain on(Interceptor.Chain chain) {
        Call call = chain.call();
        ProbeSockets sockets = new ProbeSockets(chain.getSocketFactory());
        call.addEventListener(new EventListener() {
            @Override
            public void canceled(Call ended) {
                sockets.cancel();
            }

            @Override
            public void callEnd(Call ended) {
                sockets.forget();
            }

            @Override
            public void callFailed(Call ended, IOException why) {
                sockets.forget();
            }
        });
        if (call.isCanceled()) {
            sockets.cancel(); // before it could be heard
        }
        long nanos = call.timeout().timeoutNanos();
        int millis = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        return chain.withSocketFactory(sockets)
                .withConnectTimeout(millis, TimeUnit.MILLISECONDS)
                .withReadTimeout(millis, TimeUnit.MILLISECONDS)
                .withWriteTimeout(millis, TimeUnit.MILLISECONDS);
    }

    private synchronized void cancel() {
        cancelled = true;
        for (Socket socket : made) {
            close(socket);
        }
    }

    /** OkHttp may remember the address of a probe that failed, and this with it. */
    private synchronized void forget() {
        made.clear();
    }

    private synchronized Socket ours(Socket socket) throws IOException {
        if (cancelled) {
            close(socket);
            throw new InterruptedIOException("the probe has ended");
        }
        made.add(socket);
        return socket;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("{} of a probe was not closed well", socket, e);
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return ours(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return ours(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return ours(factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return ours(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return ours(factory.createSocket(host, port, localHost, localPort));
    }
}
