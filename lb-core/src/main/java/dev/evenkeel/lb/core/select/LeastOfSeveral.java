package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Selector;
import java.util.concurrent.ThreadLocalRandom;

/** Picks the least loaded one of several different draws, or of all. */
final class LeastOfSeveral implements Selector {
    private final LoadedBackends backends;
    private final int draws;

    LeastOfSeveral(LoadedBackends backends, int choices) {
        this.backends = backends;
        this.draws = Math.min(choices, backends.size());
    }

    @Override
    public Backend select(Attempt attempt) {
        return select(ThreadLocalRandom.current().nextLong(), attempt);
    }

    /** Picks by a random number, so that a test can give it. */
    Backend select(long random) {
        return select(random, Attempt.PLAIN);
    }

    private Backend select(long random, Attempt attempt) {
        int best = draw(random, 0);
        boolean bestUsable = isUsable(best, attempt);
        long bestLoad = backends.load(best);
        long tiedWeights = backends.weight(best);
        for (int k = 1; k < draws; k++) {
            int next = draw(random, k);
            boolean usable = isUsable(next, attempt);
            if (bestUsable && !usable) {
                continue;
            }
            long load = backends.load(next);
            int weight = backends.weight(next);
            long difference = load * backends.weight(best) - bestLoad * weight;
            boolean wins = usable != bestUsable || difference < 0;
            if (!wins && difference == 0) {
                // A reservoir: the next of those that tie takes the place with its share of their weights so far.
                tiedWeights += weight;
                if (Draws.below(Draws.again(random, draws + k), tiedWeights) < weight) {
                    best = next;
                    bestLoad = load; // the same for the weight, but not the same number
                }
            } else if (wins) {
                best = next;
                bestUsable = usable;
                bestLoad = load;
                tiedWeights = weight;
            }
        }
        return backends.get(best);
    }

    private boolean isUsable(int index, Attempt attempt) {
        Backend backend = backends.get(index);
        return backends.isUsable(backend) && !attempt.excludes(backend);
    }

    private int draw(long random, int k) {
        return draws == backends.size() ? k : Draws.ofSeveral(random, k, draws, backends.size());
    }
}
