package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Selector;
import java.util.concurrent.ThreadLocalRandom;

/** Picks the less loaded one of two different draws from at least two backends. */
final class LeastOfTwo implements Selector {
    private final LoadedBackends backends;

    LeastOfTwo(LoadedBackends backends) {
        this.backends = backends;
    }

    @Override
    public Backend select(Attempt attempt) {
        long random = ThreadLocalRandom.current().nextLong();
        Backend picked = select(random);
        return attempt.excludes(picked) ? other(random, picked) : picked;
    }

    private Backend other(long random, Backend picked) {
        int first = Draws.first(random, backends.size());
        Backend one = backends.get(first);
        return one == picked ? backends.get(Draws.second(random, backends.size(), first)) : one;
    }

    /** Picks by a random number, so that a test can give it. */
    Backend select(long random) {
        int first = Draws.first(random, backends.size());
        int second = Draws.second(random, backends.size(), first);
        // Not a branch on which has the lesser load: it would be guessed wrong half of the time.
        int swap = (second - first) & (int) (lead(first, second, random) >> 63);
        int lesser = first + swap;
        int other = second - swap;
        Backend picked = backends.get(lesser);
        if (backends.isUsable(picked)) {
            return picked;
        }
        return backends.isUsable(backends.get(other)) ? backends.get(other) : picked;
    }

    /** Returns less than 0 if the second has the lesser load for its weight. */
    private long lead(int first, int second, long random) {
        long load = backends.load(first);
        long other = backends.load(second);
        if (backends.isUniform()) {
            return other - load;
        }
        int weight = backends.weight(first);
        int otherWeight = backends.weight(second);
        long lead = other * weight - load * otherWeight;
        return lead != 0 ? lead : tie(weight, otherWeight, random);
    }

    private static int tie(int weight, int otherWeight, long random) {
        return Draws.below(Draws.again(random, 0), (long) weight + otherWeight) < weight ? 0 : -1;
    }
}
