package dev.evenkeel.examples.proxy;

import java.util.regex.Pattern;

/** The rule for a {@code Host}: a name or an address, and perhaps a port. */
final class HostField {
    private static final Pattern RULE = Pattern.compile(
            "(?:\\[[0-9A-Fa-f:.]{2,45}]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2}){1,255})(?::([0-9]{0,5}))?");

    private HostField() {}

    /** Tells whether this is one host with an optional port, and nothing more; a comma would make it two. */
    static boolean isValid(String host) {
        var match = RULE.matcher(host);
        if (!match.matches()) {
            return false;
        }
        String port = match.group(1);
        return port == null || port.isEmpty() || Integer.parseInt(port) <= 65_535;
    }
}
