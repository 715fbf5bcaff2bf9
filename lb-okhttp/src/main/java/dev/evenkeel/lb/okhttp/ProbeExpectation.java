package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Predicate;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** What the answer to a probe must be like. Immutable. */
final class ProbeExpectation {
    static final ProbeExpectation DEFAULT = new ProbeExpectation(range(200, 299), null);

    private static final int BODY_LIMIT = 64 * 1024;

    private static final int LEAST_STATUS = 200;
    private static final int LARGEST_STATUS = 599;

    /** Never changed after construction. */
    private final BitSet statuses;

    private final @Nullable Predicate<String> body;

    private ProbeExpectation(BitSet statuses, @Nullable Predicate<String> body) {
        this.statuses = statuses;
        this.body = body;
    }

    ProbeExpectation withStatuses(int... expected) {
        if (expected.length == 0) {
            throw new IllegalArgumentException("at least one expected status must be given, was none");
        }
        BitSet set = new BitSet();
        for (int status : expected) {
            requireStatus(status);
            if (isRedirect(status)) {
                throw new IllegalArgumentException("an expected status must not be a redirect, was " + status);
            }
            set.set(status);
        }
        return new ProbeExpectation(set, body);
    }

    ProbeExpectation withStatusRange(int from, int to) {
        requireStatus(from);
        requireStatus(to);
        if (from > to) {
            throw new IllegalArgumentException(
                    "a range of statuses must not end before it begins, was " + from + " to " + to);
        }
        return new ProbeExpectation(range(from, to), body);
    }

    ProbeExpectation withBody(Predicate<String> matches) {
        return new ProbeExpectation(statuses, matches);
    }

    private static void requireStatus(int status) {
        if (status < LEAST_STATUS || status > LARGEST_STATUS) {
            throw new IllegalArgumentException(
                    "an expected status must be " + LEAST_STATUS + " to " + LARGEST_STATUS + ", was " + status);
        }
    }

    private static BitSet range(int from, int to) {
        BitSet set = new BitSet();
        set.set(from, to + 1);
        return set;
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /** Reads the body to its end or to the limit. A body that breaks off throws. */
    Verdict judge(Response response) throws IOException {
        int status = response.code();
        if (isRedirect(status)) {
            return Verdict.fail("HTTP " + status + ", a redirect");
        }
        if (!statuses.get(status)) {
            return Verdict.fail("HTTP " + status);
        }
        BufferedSource source = response.body().source();
        boolean tooLong = source.request(BODY_LIMIT + 1L);
        Predicate<String> matches = body;
        if (matches == null) {
            return Verdict.pass();
        }
        if (tooLong) {
            return Verdict.fail("body longer than 64 KiB");
        }
        MediaType type = response.body().contentType();
        String text = source.readString(type == null ? StandardCharsets.UTF_8 : type.charset(StandardCharsets.UTF_8));
        return matches.test(text) ? Verdict.pass() : Verdict.fail("body does not match");
    }
}
