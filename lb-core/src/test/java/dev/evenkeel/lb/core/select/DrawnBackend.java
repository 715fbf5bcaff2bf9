package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A backend set by hand, which tells whether it was drawn: a draw looks at its load or asks whether it is eligible. */
final class DrawnBackend implements Backend {
    /** The numbers of the backends drawn since it was emptied, in order. */
    static final class Log {
        final int[] drawn;
        int size;

        Log(int most) {
            drawn = new int[most];
        }
    }

    final int number;
    final @Nullable Feedback feedback;
    int inFlight;
    boolean eligible = true;

    private final Endpoint endpoint;
    private final int weight;
    private final Log log;

    private DrawnBackend(int number, int weight, Log log, @Nullable Feedback feedback) {
        this.endpoint = Endpoint.of("http://b" + number + ":80");
        this.number = number;
        this.weight = weight;
        this.log = log;
        this.feedback = feedback;
    }

    /** As many backends, as the policy would be given them. */
    static List<DrawnBackend> listOf(
            int size, IntUnaryOperator weight, Log log, Selector.Factory policy, LongSupplier clock) {
        return IntStream.range(0, size)
                .mapToObj(i -> {
                    DrawnBackend seen = new DrawnBackend(i, weight.applyAsInt(i), log, null);
                    return new DrawnBackend(i, weight.applyAsInt(i), log, policy.feedback(seen, clock));
                })
                .toList();
    }

    static Candidates candidates(List<DrawnBackend> backends, LongSupplier clock) {
        return Candidates.of(
                0,
                backends.stream()
                        .map(backend -> new Candidate(backend, backend.weight, 100, true, backend.feedback))
                        .toList(),
                clock);
    }

    Feedback told() {
        if (feedback == null) {
            throw new IllegalStateException("the policy gave no feedback for " + endpoint);
        }
        return feedback;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int inFlight() {
        look();
        return inFlight;
    }

    @Override
    public boolean isEligible() {
        look();
        return eligible;
    }

    /** Keeps the order of first looks, whatever is looked at and however often. */
    private void look() {
        for (int i = 0; i < log.size; i++) {
            if (log.drawn[i] == number) {
                return;
            }
        }
        if (log.size < log.drawn.length) {
            log.drawn[log.size++] = number;
        }
    }

    @Override
    public String toString() {
        return "b" + number;
    }
}
