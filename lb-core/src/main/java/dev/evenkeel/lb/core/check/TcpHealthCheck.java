package dev.evenkeel.lb.core.check;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Connects and closes. Tells a dead process from a live one, and nothing about what the live one can do. */
public final class TcpHealthCheck implements HealthChecker {
    private static final TcpHealthCheck CONNECT = new TcpHealthCheck();

    private TcpHealthCheck() {}

    /** Returns the check. */
    public static TcpHealthCheck connect() {
        return CONNECT;
    }

    @Override
    public Verdict check(Endpoint endpoint, Duration timeout) throws IOException {
        String host = endpoint.host().replaceAll("[\\[\\]]", "");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, endpoint.port()), (int)
                    Math.min(Integer.MAX_VALUE, timeout.toMillis()));
        }
        return Verdict.pass();
    }
}
