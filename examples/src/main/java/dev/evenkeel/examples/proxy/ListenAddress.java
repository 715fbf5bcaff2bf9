package dev.evenkeel.examples.proxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the proxy listens.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 0 to 65535; 0 takes any free port
 */
record ListenAddress(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/\\s]+)):([0-9]{1,5})");

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    static ListenAddress of(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "listen address must be host:port, such as 127.0.0.1:8080 or [::1]:8080, was \"" + text + "\"");
        }
        int port = Integer.parseInt(parts.group(3));
        if (port > 65_535) {
            throw new IllegalArgumentException("listen port must be 0 to 65535, was " + port + " in \"" + text + "\"");
        }
        String bare = parts.group(1);
        return new ListenAddress(bare == null ? parts.group(2) : bare, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
