package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.core.retry.RetryBudget;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is tried again on another backend. Immutable. A backend that a call was tried on is not tried again for it.
 *
 * <p><b>Which calls.</b> One that never left, because no connection came about or broke before a byte of the request was
 * written, whatever its method and body. Else one that may be repeated: GET, HEAD, OPTIONS, TRACE, PUT and DELETE (RFC 9110),
 * and any other that has an {@code Idempotency-Key} header or the tag {@link Repeat#ALLOWED}; never with a body that can be
 * written only once, nor if the {@link dev.evenkeel.lb.api.Attempt} of the call says that it is not repeatable. {@link
 * Repeat#NEVER} turns it off for a call. Where backends have one host and port for OkHttp, it would keep a call on the connection
 * of the first one: over HTTP/2, while other calls use that connection, the next attempt is a call of its own inside of the
 * balanced one, or, by an interceptor that was added by hand, is not made.
 *
 * <p><b>After what.</b> A broken exchange, up to the headers of the response; and the statuses 502, 503 and 504, unless the
 * {@link OutcomeClassifier} finds the backend blameless. Not 500: that is an answer of the application, which another backend
 * is likely to repeat at the same cost. Once the caller has the response, a body that breaks off is the caller's.
 *
 * <p><b>Push-back.</b> A 503 with a {@code Retry-After} above 0 asks to be left alone, so that backend is, but the call may be
 * made on another one, and after a second refusal on none. A 429 is about the caller and is not tried elsewhere, unless it is
 * added to the statuses; then as a 503 with push-back. There is no waiting.
 *
 * <p><b>How much.</b> Every extra attempt is taken out of the budget, which all calls of the wrapped client for one balancer
 * share. When it is spent, the call ends as its last attempt did.
 *
 * @param extraAttempts how many after the first, 0 (off) to 5
 * @param statuses those that are tried elsewhere, each 400 to 599
 * @param budget of each balancer
 */
public record RetryPolicy(int extraAttempts, Set<Integer> statuses, RetryBudget budget) {
    /** One extra attempt, after failures and 502, 503 and 504, with {@link RetryBudget#DEFAULT}. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(1, Set.of(502, 503, 504), RetryBudget.DEFAULT);

    /** Each call is one attempt. */
    public static final RetryPolicy OFF = DEFAULT.withExtraAttempts(0);

    private static final int LOWEST_STATUS = 400;
    private static final int MOST_EXTRA_ATTEMPTS = 5;

    /** Checks the values. */
    public RetryPolicy {
        if (extraAttempts < 0 || extraAttempts > MOST_EXTRA_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "extra attempts must be 0 to " + MOST_EXTRA_ATTEMPTS + ", was " + extraAttempts);
        }
        statuses = Set.copyOf(statuses);
        for (int status : new TreeSet<>(statuses)) {
            if (status < LOWEST_STATUS || status > 599) {
                throw new IllegalArgumentException(
                        "a status that is tried elsewhere must be 400 to 599, was " + status);
            }
        }
        Objects.requireNonNull(budget, "budget");
    }

    /** Sets how many attempts are made after the first, 0 to 5; default 1. */
    public RetryPolicy withExtraAttempts(int newExtraAttempts) {
        return new RetryPolicy(newExtraAttempts, statuses, budget);
    }

    /** Sets the statuses that are tried elsewhere; default 502, 503 and 504. Failures without a status are in any case. */
    public RetryPolicy withStatuses(Set<Integer> newStatuses) {
        return new RetryPolicy(extraAttempts, newStatuses, budget);
    }

    /** Sets the budget of each balancer; default {@link RetryBudget#DEFAULT}. */
    public RetryPolicy withBudget(RetryBudget newBudget) {
        return new RetryPolicy(extraAttempts, statuses, newBudget);
    }

    /** Tells whether a status is tried elsewhere. */
    boolean isTriedElsewhere(int status) {
        return status >= LOWEST_STATUS && statuses.contains(status); // or each good answer would have its status boxed
    }

    /** Tells whether anything is tried elsewhere. */
    boolean isOn() {
        return extraAttempts > 0;
    }
}
