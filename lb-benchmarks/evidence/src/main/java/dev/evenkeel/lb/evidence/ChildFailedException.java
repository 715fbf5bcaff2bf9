package dev.evenkeel.lb.evidence;

import java.io.IOException;

/** A measuring program that did not end well; the message ends with all that it said. */
final class ChildFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    ChildFailedException(String message) {
        super(message);
    }
}
