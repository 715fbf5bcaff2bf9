package dev.evenkeel.lb.okhttp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * That connections to a pinned backend go to another port than the logical URL's. Written as {@code orders:443->8443} it is the name
 * of the backend's addresses: all that a socket is told of its way is an address and the logical port, and so says whatever names the
 * address to a user, OkHttp's failure to connect among it.
 *
 * @param host the logical one
 * @param logical what OkHttp thinks the port is
 * @param real what it is
 */
record LedPort(String host, int logical, int real) {
    private static final Pattern NAME = Pattern.compile("(.+):([0-9]{1,5})->([0-9]{1,5})");

    /** Returns what the name of an address says, or null if that is a name as any. */
    static @Nullable LedPort named(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? new LedPort(parts.group(1), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)))
                : null;
    }

    /** Returns the name of an address. */
    @Override
    public String toString() {
        return host + ":" + logical + "->" + real;
    }
}
