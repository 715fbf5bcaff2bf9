package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Outcome;
import java.time.Instant;
import okhttp3.Response;

/** What the status of a response says of the backend that sent it. */
final class ResponseOutcome {
    private static final Outcome FAILURE = Outcome.failure(null);

    private ResponseOutcome() {}

    static Outcome of(Response response) {
        if (response.networkResponse() == null) {
            // From the cache: no backend was asked.
            return Outcome.IGNORED;
        }
        return switch (response.code()) {
            case 500, 502, 504 -> FAILURE;
            case 503 -> asksToWait(response) ? Outcome.REJECTED : FAILURE;
            case 429 -> Outcome.REJECTED;
            default -> Outcome.SUCCESS;
        };
    }

    /** Retry-After is a number of seconds or a date, by RFC 9110. */
    private static boolean asksToWait(Response response) {
        String value = response.header("Retry-After");
        if (value == null) {
            return false;
        }
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.chars().anyMatch(c -> c > '0');
        }
        Instant until = response.headers().getInstant("Retry-After");
        return until != null && until.isAfter(sentAt(response));
    }

    private static Instant sentAt(Response response) {
        Instant date = response.headers().getInstant("Date");
        return date != null ? date : Instant.ofEpochMilli(response.receivedResponseAtMillis());
    }
}
