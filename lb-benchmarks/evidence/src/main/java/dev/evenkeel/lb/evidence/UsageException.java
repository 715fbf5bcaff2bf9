package dev.evenkeel.lb.evidence;

/** An option that cannot be followed; the message names the value and the rule. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
