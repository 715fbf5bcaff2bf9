package dev.evenkeel.examples.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The fields that tell a backend who asked: X-Forwarded-For, -Proto, -Host and Forwarded (RFC 7239). What a trusted peer
 * says in them is kept and extended; what anyone else says is dropped.
 */
final class ForwardedFields {
    private final List<CidrBlock> trusted;

    ForwardedFields(List<CidrBlock> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** Tells whether a field of this name is ours to write, so that it is not copied with the others. */
    static boolean owns(String name) {
        return switch (name.length()) {
            case 9 -> name.equalsIgnoreCase("Forwarded");
            case 15 -> name.equalsIgnoreCase("X-Forwarded-For");
            case 16 -> name.equalsIgnoreCase("X-Forwarded-Host");
            case 17 -> name.equalsIgnoreCase("X-Forwarded-Proto");
            default -> false;
        };
    }

    /** Tells whether what this peer says about others is believed. */
    boolean trusts(SocketAddress peer) {
        if (trusted.isEmpty()) {
            return false;
        }
        InetAddress address = address(peer);
        return trusted.stream().anyMatch(block -> block.contains(address));
    }

    /**
     * Adds this hop.
     *
     * @param before what a trusted peer said; null for a peer that is not believed
     * @param host the Host the client asked for; null if it named none
     */
    void add(Headers.Builder to, SocketAddress peer, String scheme, @Nullable String host, @Nullable Said before) {
        InetAddress address = address(peer);
        boolean v6 = address != null && address.getAddress().length == 16;
        String by = address == null ? "unknown" : literal(address);
        to.addUnsafeNonAscii("X-Forwarded-For", joined(before == null ? null : before.xFor, by));
        to.addUnsafeNonAscii("X-Forwarded-Proto", joined(before == null ? null : before.xProto, scheme));
        StringBuilder element = new StringBuilder(64).append("for=").append(v6 ? "\"[" + by + "]\"" : by);
        String earlierHost = before == null ? null : before.xHost;
        if (host != null) {
            to.addUnsafeNonAscii("X-Forwarded-Host", joined(earlierHost, host));
            // A valid host may hold ; and =, which without quotes would begin a parameter of the client's choice.
            element.append(";host=").append(AnswerRules.isToken(host) ? host : '"' + host + '"');
        } else if (earlierHost != null) {
            to.addUnsafeNonAscii("X-Forwarded-Host", earlierHost);
        }
        element.append(";proto=").append(scheme);
        to.addUnsafeNonAscii("Forwarded", joined(before == null ? null : before.forwarded, element.toString()));
    }

    private static String joined(@Nullable String before, String last) {
        return before == null ? last : before + ", " + last;
    }

    private static @Nullable InetAddress address(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%'); // a zone means nothing to another machine
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** What a trusted peer said, several lines of a field joined in their order. */
    static final class Said {
        private @Nullable String xFor;
        private @Nullable String xProto;
        private @Nullable String xHost;
        private @Nullable String forwarded;

        /** Takes one line of a field that {@link ForwardedFields#owns} names. */
        void hear(String name, String value) {
            switch (name.length()) {
                case 9 -> forwarded = joined(forwarded, value);
                case 15 -> xFor = joined(xFor, value);
                case 16 -> xHost = joined(xHost, value);
                default -> xProto = joined(xProto, value);
            }
        }
    }
}
