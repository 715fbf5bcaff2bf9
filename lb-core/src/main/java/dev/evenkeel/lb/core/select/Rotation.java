package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What round robin keeps from one set to the next: for each group a cursor, and how far the last round had come. The next
 * round starts at the same fraction of its length, so that a backend which flaps does not send every client back to the
 * first of the others. For one thread at a time, as {@link Selector.Factory#create} is.
 */
final class Rotation {
    /** The largest sum of reduced weights that a whole round is written down for. */
    static final int LONGEST_ROUND = 1 << 16;

    private final Map<Integer, Round> rounds = new HashMap<>();
    private final LongSupplier starts;

    private Rotation(LongSupplier starts) {
        this.starts = starts;
    }

    /** Starts each group at a random place. */
    static Rotation random() {
        return new Rotation(() -> ThreadLocalRandom.current().nextLong());
    }

    /** Starts each group with a given ticket. */
    static Rotation startingAt(long ticket) {
        return new Rotation(() -> ticket);
    }

    /** Returns the selector that goes on with a set where the last one of its group has come to. */
    Selector next(Candidates candidates) {
        Round round =
                rounds.computeIfAbsent(candidates.group(), any -> new Round(Cursor.startingAt(starts.getAsLong())));
        return round.next(candidates);
    }

    private static final class Round {
        private final Cursor cursor;
        private @Nullable Rhythm last;

        Round(Cursor cursor) {
            this.cursor = cursor;
        }

        Rhythm next(Candidates candidates) {
            Rhythm next = follow(candidates);
            last = next;
            return next;
        }

        private Rhythm follow(Candidates candidates) {
            Backend[] backends = candidates.backends();
            if (candidates.isUniform()) {
                return turns(backends);
            }
            Weights weights = Weights.of(candidates);
            return weights.sum() <= LONGEST_ROUND
                    ? turns(SmoothRound.of(weights, backends))
                    : rounds(weights, backends);
        }

        private Rhythm turns(Backend[] sequence) {
            Rhythm before = last;
            // Read once: what is picked from here on moves the old round and the new one alike.
            long ticket = cursor.here();
            return before == null
                    ? Turns.of(cursor, sequence)
                    : Turns.at(cursor, sequence, ticket, before.phase(ticket));
        }

        private Rhythm rounds(Weights weights, Backend[] backends) {
            Rhythm before = last;
            long ticket = cursor.here();
            return before == null
                    ? GoldenRounds.of(cursor, weights, backends)
                    : GoldenRounds.at(cursor, weights, backends, ticket, before.phase(ticket));
        }
    }
}
