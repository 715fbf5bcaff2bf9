package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The policies by name, for a configuration file or a command line. {@link WeightedRandom} has no name here because {@link
 * Random} becomes it by itself where weights differ, and {@link Sticky} because it needs a secret.
 */
public final class Policies {
    private static final Map<String, Supplier<Selector.Factory>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("round-robin", RoundRobin::policy);
        BY_NAME.put("weighted-round-robin", WeightedRoundRobin::policy);
        BY_NAME.put("random", Random::policy);
        BY_NAME.put("least-request", LeastRequest::policy);
        BY_NAME.put("peak-ewma", PeakEwma::policy);
        BY_NAME.put("consistent-hash", ConsistentHash::policy);
    }

    private Policies() {}

    /** Returns the names that {@link #named} knows. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * Returns a new policy, for one balancer, with its defaults.
     *
     * @param name one of {@link #names}
     * @throws IllegalArgumentException if the name is any other; the message lists the names
     */
    public static Selector.Factory named(String name) {
        Supplier<Selector.Factory> policy = BY_NAME.get(name);
        if (policy == null) {
            throw new IllegalArgumentException(
                    "policy must be one of " + String.join(", ", BY_NAME.keySet()) + ", was \"" + name + "\"");
        }
        return policy.get();
    }
}
