package dev.evenkeel.examples.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of a field value between two libraries that read them differently: Jetty holds one char per byte
 * (ISO-8859-1), OkHttp holds decoded UTF-8.
 */
final class FieldText {
    private FieldText() {}

    /** Tells whether both libraries hold this value alike. */
    static boolean isAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Returns Jetty's text as OkHttp's, or null if the bytes are no UTF-8, which OkHttp cannot send. */
    static @Nullable String toOkHttp(String value) {
        if (isAscii(value)) {
            return value;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Returns OkHttp's text as Jetty's. */
    static String toJetty(String value) {
        return isAscii(value) ? value : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
