package dev.evenkeel.lb.okhttp;

import java.util.Objects;
import java.util.regex.Pattern;

/** What the name of a header and of a cookie is made of, see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-tokens">RFC 9110</a>. */
final class HttpToken {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private HttpToken() {}

    static String require(String what, String name) {
        Objects.requireNonNull(name, "name");
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a " + what
                    + " must be letters, digits and any of !#$%&'*+.^_`|~-, was \"" + name + "\"");
        }
        return name;
    }
}
