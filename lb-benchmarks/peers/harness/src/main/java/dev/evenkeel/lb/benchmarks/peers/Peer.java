package dev.evenkeel.lb.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** A library that balances load, as its users would call it. Found by {@link java.util.ServiceLoader}. */
public interface Peer {
    /** Returns the name that people know it by. */
    String name();

    /** Returns what of it is measured. */
    List<Subject> subjects();

    /**
     * Makes a balancer with all backends up.
     *
     * @param subject one of {@link #subjects}
     * @param backends how many, at least 1; their weights are {@link Family#weight}
     */
    Balancer balancer(Subject subject, int backends) throws Exception;

    /** Returns the version that is measured, which the build writes into {@code peer.properties}. */
    default String version() {
        Properties properties = new Properties();
        try (InputStream stream = getClass().getResourceAsStream("/peer.properties")) {
            if (stream == null) {
                throw new IllegalStateException(name() + " has no peer.properties");
            }
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the peer.properties of " + name(), e);
        }
        String version = properties.getProperty("version");
        if (version == null || version.isEmpty()) {
            throw new IllegalStateException("the peer.properties of " + name() + " tells no version");
        }
        return version;
    }
}
