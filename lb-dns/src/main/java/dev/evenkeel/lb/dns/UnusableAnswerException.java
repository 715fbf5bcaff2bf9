package dev.evenkeel.lb.dns;

import java.io.IOException;

/** A server answered, but with no records and not with the word that there are none. */
final class UnusableAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableAnswerException(String message) {
        super(message);
    }

    UnusableAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
