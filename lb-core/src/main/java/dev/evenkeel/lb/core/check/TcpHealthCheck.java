package dev.evenkeel.lb.core.check;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Connects, to the address of an endpoint that has one, and closes. Tells a dead process from a live one, and nothing about what the live one can do. */
public final class TcpHealthCheck implements HealthChecker {
    private static final TcpHealthCheck CONNECT = new TcpHealthCheck();

    private TcpHealthCheck() {}

    /** Returns the check. */
    public static TcpHealthCheck connect() {
        return CONNECT;
    }

    @Override
    public Verdict check(Endpoint endpoint, Duration timeout) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(place(endpoint), (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
        }
        return Verdict.pass();
    }

    private static InetSocketAddress place(Endpoint endpoint) {
        InetAddress resolved = endpoint.address();
        return resolved != null
                ? new InetSocketAddress(resolved, endpoint.port())
                : new InetSocketAddress(endpoint.host().replaceAll("[\\[\\]]", ""), endpoint.port());
    }
}
