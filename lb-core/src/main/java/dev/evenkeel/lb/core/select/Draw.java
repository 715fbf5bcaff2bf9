package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;
import java.util.concurrent.ThreadLocalRandom;

/** Random picks from one set. */
final class Draw {
    private Draw() {}

    /** Returns the cheapest selector that honours the weights of a set. */
    static Selector from(Candidates candidates) {
        Backend[] backends = candidates.backends();
        if (candidates.isUniform()) {
            // The upper half of a product in place of a modulo: D. Lemire, https://doi.org/10.1145/3230636. Without the
            // rejection, for n backends the odds differ by less than n in 2^63.
            long twice = 2L * backends.length;
            return attempt ->
                    backends[(int) Math.multiplyHigh(ThreadLocalRandom.current().nextLong() >>> 1, twice)];
        }
        AliasTable table = AliasTable.of(Weights.of(candidates));
        return attempt -> backends[table.place(ThreadLocalRandom.current().nextLong())];
    }
}
