package dev.evenkeel.examples.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The fields that belong to one connection and end at the proxy: a fixed set, and what {@code Connection} names. */
final class HopByHop {
    /**
     * What a sender may not take from us by naming it in {@code Connection}: fields that frame and route the request, and
     * those by which the backend knows who asks.
     */
    private static final Set<String> KEPT = Set.of(
            "host", "content-length", "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

    private HopByHop() {}

    /** Tells whether a field of this name always ends here. */
    static boolean always(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("TE");
            case 7 -> name.equalsIgnoreCase("Upgrade");
            case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
            case 16 -> name.equalsIgnoreCase("Proxy-Connection");
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
            case 18 -> name.equalsIgnoreCase("Proxy-Authenticate");
            case 19 -> name.equalsIgnoreCase("Proxy-Authorization");
            default -> false;
        };
    }

    /** Returns the names, in lower case, that this value of {@code Connection} adds to the fixed set. */
    static List<String> named(String connection) {
        // The two values of nearly every Connection field name no field.
        if (connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close")) {
            return List.of();
        }
        return Stream.of(connection.split(",", -1))
                .map(option -> option.strip().toLowerCase(Locale.ROOT))
                .filter(option -> !option.isEmpty() && !KEPT.contains(option))
                .toList();
    }

    /** Tells whether {@code names}, in lower case, holds this name. */
    static boolean holds(List<String> names, String name) {
        return !names.isEmpty() && names.contains(name.toLowerCase(Locale.ROOT));
    }
}
