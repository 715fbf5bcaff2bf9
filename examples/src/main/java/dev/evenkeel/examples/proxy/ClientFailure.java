package dev.evenkeel.examples.proxy;

import java.io.IOException;

/** The client's side of an exchange failed: it went away, or what it sent broke the rules of HTTP. No backend's fault. */
final class ClientFailure extends IOException {
    private static final long serialVersionUID = 1L;

    ClientFailure(Throwable cause) {
        super(cause);
    }
}
