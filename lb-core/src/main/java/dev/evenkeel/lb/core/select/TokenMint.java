package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the tokens of {@link Sticky}. Immutable; its text never holds the secret. */
final class TokenMint {
    /** The characters of a token: 128 bits in base64 without padding. */
    static final int LENGTH = 22;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_SECRET_BYTES = 16;
    private static final int TOKEN_BYTES = 16;

    private final SecretKeySpec key;

    private TokenMint(SecretKeySpec key) {
        this.key = key;
    }

    static TokenMint of(byte[] secret) {
        if (secret.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "secret must be at least " + LEAST_SECRET_BYTES + " bytes, was " + secret.length);
        }
        return new TokenMint(new SecretKeySpec(secret, ALGORITHM));
    }

    String token(Endpoint endpoint) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] whole = mac.doFinal(endpoint.identity().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, TOKEN_BYTES));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JDK must have " + ALGORITHM + ", as every Java platform has", e);
        }
    }
}
