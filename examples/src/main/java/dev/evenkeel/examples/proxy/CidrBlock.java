package dev.evenkeel.examples.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A block of IPv4 or IPv6 addresses that share a prefix. Immutable. */
final class CidrBlock {
    /** Only literals, so that reading one never asks a name server. */
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final byte[] network;
    private final int prefix;

    private CidrBlock(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or one address without a prefix.
     *
     * @throws IllegalArgumentException if the text is anything else, also if address bits stand beyond the prefix, since
     *     then either the address or the prefix is a slip
     */
    static CidrBlock of(String text) {
        int slash = text.indexOf('/');
        byte[] network = address(text, slash < 0 ? text : text.substring(0, slash));
        int bits = network.length * 8;
        int prefix = slash < 0 ? bits : prefix(text, text.substring(slash + 1), bits);
        for (int bit = prefix; bit < bits; bit++) {
            if ((network[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                throw refused(text, "address bits beyond the prefix must be 0");
            }
        }
        return new CidrBlock(network, prefix);
    }

    private static byte[] address(String text, String literal) {
        if (!LITERAL.matcher(literal).matches()) {
            throw refused(text, "it must be an IPv4 or IPv6 address with an optional /prefix");
        }
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw refused(text, "its address is malformed: " + e.getMessage());
        }
    }

    private static int prefix(String text, String digits, int bits) {
        int prefix = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > bits) {
            throw refused(text, "its prefix must be 0 to " + bits + ", was \"" + digits + "\"");
        }
        return prefix;
    }

    private static IllegalArgumentException refused(String text, String rule) {
        return new IllegalArgumentException("not a usable CIDR block: \"" + text + "\": " + rule);
    }

    /** Tells whether the address is in this block; an address of the other family, or none, never is. */
    boolean contains(@Nullable InetAddress address) {
        if (address == null) {
            return false;
        }
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (8 - rest) == 0;
    }
}
