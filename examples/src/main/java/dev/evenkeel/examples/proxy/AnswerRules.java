package dev.evenkeel.examples.proxy;

import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a backend's answer must obey before it may be relayed. OkHttp is lenient where a proxy must not be: a message that
 * two readers frame differently lets one user's answer become another's.
 */
final class AnswerRules {
    private AnswerRules() {}

    /** Returns the rule that this head breaks, as a sentence, or null if it obeys. */
    static @Nullable String broken(Response head) {
        if (head.code() < 200) {
            return "it answered " + head.code() + ", which nobody asked for";
        }
        if (head.code() > 999) {
            return "its status must have three digits, was " + head.code();
        }
        Headers fields = head.headers();
        String length = null;
        String coding = null;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            String value = fields.value(i);
            if (!isToken(name) || !isText(value)) {
                return "field " + (i + 1) + " of its answer is malformed";
            }
            if (name.equalsIgnoreCase("Content-Length")) {
                if (length(value) < 0 || (length != null && !length.equals(value))) {
                    return "its Content-Length must be one number, was " + (length == null ? "" : length + " and ")
                            + value;
                }
                length = value;
            } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                if (coding != null || !value.equalsIgnoreCase("chunked") || head.protocol() == Protocol.HTTP_1_0) {
                    return "its Transfer-Encoding must be chunked, once, in HTTP/1.1, was " + value;
                }
                coding = value;
            }
        }
        return length != null && coding != null ? "it has both Content-Length and Transfer-Encoding" : null;
    }

    /** Returns the number, or -1 if the text is anything but digits that fit a long. */
    static long length(String digits) {
        if (digits.isEmpty() || digits.length() > 18) {
            return -1;
        }
        long length = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = length * 10 + digit;
        }
        return length;
    }

    /** Tells whether this is a token by RFC 9110: the form of a field's name, and of a parameter's value without quotes. */
    static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "-_!#$%&'*+.^`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** U+FFFD stands where the bytes were no UTF-8; they are lost and would reach the client as something else. */
    private static boolean isText(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f || c == '\uFFFD') {
                return false;
            }
        }
        return true;
    }
}
