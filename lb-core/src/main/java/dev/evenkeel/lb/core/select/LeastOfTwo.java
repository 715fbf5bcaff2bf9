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
        return select(ThreadLocalRandom.current().nextLong());
    }

    /** Picks by a random number, so that a test can give it. */
    Backend select(long random) {
        int first = Draws.first(random, backends.size());
        int second = Draws.second(random, backends.size(), first);
        return backends.get(isFirst(first, second, random) ? first : second);
    }

    private boolean isFirst(int first, int second, long random) {
        boolean usable = backends.get(first).isEligible();
        if (usable != backends.get(second).isEligible()) {
            return usable;
        }
        long load = backends.load(first);
        long other = backends.load(second);
        if (backends.isUniform()) {
            return load <= other;
        }
        int weight = backends.weight(first);
        int otherWeight = backends.weight(second);
        long difference = load * otherWeight - other * weight;
        if (difference != 0) {
            return difference < 0;
        }
        return Draws.below(Draws.again(random, 0), (long) weight + otherWeight) < weight;
    }
}
