package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import java.net.ConnectException;

/** A backend was chosen, but it refused the connection. Made once for each. */
final class Refusal extends ConnectException {
    private static final long serialVersionUID = 1;

    final transient Backend backend;

    Refusal(Backend backend) {
        super(backend + " refuses connections");
        this.backend = backend;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
