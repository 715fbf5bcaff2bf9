package dev.evenkeel.examples;

import java.time.Duration;

/**
 * What a {@link TestBackend} is to be. Immutable.
 *
 * @param name what it calls itself, not empty, on one line
 * @param port where it listens on 127.0.0.1; 0 takes any free port
 * @param healthPath the path of its health check, beginning with a slash
 * @param delay how long it takes to answer anything but its health check
 * @param status the status of those answers, 200 to 599
 */
public record BackendSettings(String name, int port, String healthPath, Duration delay, int status) {
    /** Where its health is switched. */
    static final String ADMIN_PATH = "/admin/health";

    /** Checks the values. */
    public BackendSettings {
        if (name.isBlank() || !name.matches("[ -~]+")) {
            throw new IllegalArgumentException("backend name must be printable ASCII, not blank, was \"" + name + "\"");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 (any free one) to 65535, was " + port);
        }
        if (!healthPath.startsWith("/") || healthPath.matches(".*[?#\\s].*")) {
            throw new IllegalArgumentException(
                    "health path must begin with / and have no query, fragment or space, was \"" + healthPath + "\"");
        }
        if (healthPath.equals(ADMIN_PATH)) {
            throw new IllegalArgumentException("health path must not be " + ADMIN_PATH + ", which switches the health");
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, was " + delay);
        }
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599, was " + status);
        }
    }

    /** Returns a backend on a free port that answers 200 at once, with its health check at {@code /health}. */
    public static BackendSettings named(String name) {
        return new BackendSettings(name, 0, "/health", Duration.ZERO, 200);
    }

    /** Returns the same on the given port. */
    public BackendSettings withPort(int newPort) {
        return new BackendSettings(name, newPort, healthPath, delay, status);
    }

    /** Returns the same with the given delay. */
    public BackendSettings withDelay(Duration newDelay) {
        return new BackendSettings(name, port, healthPath, newDelay, status);
    }

    /** Returns the same with the given status. */
    public BackendSettings withStatus(int newStatus) {
        return new BackendSettings(name, port, healthPath, delay, newStatus);
    }
}
