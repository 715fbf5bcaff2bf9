package dev.evenkeel.examples.proxy;

/** Which {@code Host} a backend sees. */
public enum HostMode {
    /** The one the client sent; what virtual hosts and absolute links need. The default. */
    PASS,
    /** The backend's own host and port. */
    BACKEND
}
