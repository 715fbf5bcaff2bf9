package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.load.RecentFaults;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws a few of the eligible backends at random and picks the one with the least load for its weight: the power of two
 * choices. Safe for many threads; never blocks, never allocates.
 *
 * <pre>load = (attempts in flight + attempts that failed, were rejected or did not connect within the last second) / weight</pre>
 *
 * <p>Faults count as load, or a backend that fails fast, and so has little in flight, would attract the traffic. The draws
 * are different ones, uniform whatever the weights are. A draw that may no longer be used loses to one that may, unless health is
 * ignored in a panic. Where
 * loads are the same, chance decides in proportion to the weights, so that weights are also felt while little is in
 * flight; for two draws of the same weight the order of drawing is that chance, as either order is equally likely. With
 * as many draws as backends, or more, it picks exactly the least.
 *
 * <p><b>Cost:</b> one random number and two loads with two choices, the same for 2 and for 10,000 backends. The clock is
 * read only while one of the two has a recent fault. More choices cost a load each and about d^2 / 2 multiplications;
 * the exact least costs n loads.
 *
 * <p><b>Right when</b> requests cost differently, when backends are not as strong as each other, or when some of them
 * are slow now and then: it needs no measurement and reacts at once. Two choices bring nearly all that there is to gain:
 * the fullest backend has about log log n too many instead of log n / log log n; a third choice adds little. The exact
 * least suits few backends and few clients; many clients that all see the same least one will all go there.
 * <b>Wrong when</b> a client has less than about one attempt in flight per backend: then it is random, and
 * {@link RoundRobin} is smoother. Wrong, too, when one backend should get more than {@code d / n} of the traffic: with
 * {@code d} draws from {@code n} it is drawn no more often, however large its weight is. {@link WeightedRoundRobin} and the
 * exact least have no such limit. It sees only the attempts of its own balancer.
 *
 * <p>Papers: Azar, Broder, Karlin, Upfal, <a href="https://doi.org/10.1137/S0097539795288490">Balanced Allocations</a>
 * (1999); Mitzenmacher, <a href="https://doi.org/10.1109/71.963420">The Power of Two Choices in Randomized Load
 * Balancing</a> (2001).
 */
public final class LeastRequest implements Selector.Factory {
    private static final int DEFAULT_CHOICES = 2;

    private final int choices;

    /** The faults of all backends. Made with the first backend, by the one thread that may then call. */
    private volatile @Nullable RecentFaults ofAll;

    private LeastRequest(int choices) {
        this.choices = choices;
    }

    /** Returns the policy with two choices. */
    public static LeastRequest policy() {
        return choices(DEFAULT_CHOICES);
    }

    /**
     * Returns the policy with a number of choices.
     *
     * @param d how many backends are looked at for each pick, at least 1; 1 is random, and any number that is not below
     *     that of the backends is the exact least
     * @throws IllegalArgumentException if {@code d} is below 1
     */
    public static LeastRequest choices(int d) {
        if (d < 1) {
            throw new IllegalArgumentException("choices must be at least 1, was " + d);
        }
        return new LeastRequest(d);
    }

    @Override
    public Selector create(Candidates candidates) {
        LoadedBackends backends = new LoadedBackends(candidates, ofAll(candidates.clock()));
        if (backends.size() == 1) {
            Backend only = backends.get(0);
            return attempt -> only;
        }
        return choices == 2 ? new LeastOfTwo(backends) : new LeastOfSeveral(backends, choices);
    }

    @Override
    public Feedback feedback(Backend backend, LongSupplier clock) {
        return new RecentFaults(clock, ofAll(clock));
    }

    private RecentFaults ofAll(LongSupplier clock) {
        RecentFaults known = ofAll;
        if (known == null) {
            known = new RecentFaults(clock);
            ofAll = known;
        }
        return known;
    }

    @Override
    public String name() {
        return "least-request";
    }
}
