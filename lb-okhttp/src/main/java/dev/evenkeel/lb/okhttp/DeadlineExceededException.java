package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * The {@link Deadline} of a call has passed. As OkHttp's timeouts do, it extends {@link InterruptedIOException}. It carries
 * each attempt that was made as a suppressed {@link AttemptFailedException} where retries are on; its cause is what broke
 * when the last one was cut off, and there is none if no attempt could begin.
 */
public final class DeadlineExceededException extends InterruptedIOException {
    private static final long serialVersionUID = 1L;

    private DeadlineExceededException(String message) {
        super(message);
    }

    static DeadlineExceededException before(String balancer, Deadline deadline) {
        return new DeadlineExceededException(balancer + ": the deadline of the call, set to " + deadline
                + ", had passed before an attempt was made");
    }

    /**
     * @param why what the cut led to
     */
    static DeadlineExceededException during(String balancer, Deadline deadline, IOException why) {
        DeadlineExceededException made = new DeadlineExceededException(
                balancer + ": the deadline of the call, set to " + deadline + ", has passed");
        made.initCause(why);
        for (Throwable attempt : why.getSuppressed()) {
            if (attempt instanceof AttemptFailedException) {
                made.addSuppressed(attempt);
            }
        }
        return made;
    }
}
