package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import java.util.stream.IntStream;

/** Weighted round robin on a cursor that may not split, so that its shares are exact under two threads as well. */
public final class WeightedPicks {
    private final Turns turns;

    private WeightedPicks(Turns turns) {
        this.turns = turns;
    }

    /** Returns picks from as many backends as there are weights. */
    public static WeightedPicks of(int... weights) {
        Backend[] backends =
                IntStream.range(0, weights.length).mapToObj(Numbered::new).toArray(Backend[]::new);
        Backend[] round = SmoothRound.of(Weights.of(weights), backends);
        return new WeightedPicks(Turns.of(Cursor.startingAt(Long.MAX_VALUE - 15, 1), round));
    }

    /** Returns the number of the backend that is picked, from 0. */
    public int next() {
        return ((Numbered) turns.select(Attempt.PLAIN)).number();
    }
}
