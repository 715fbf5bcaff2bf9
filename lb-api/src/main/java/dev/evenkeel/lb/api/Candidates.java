package dev.evenkeel.lb.api;

import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The set that a policy makes a {@link Selector} for. Immutable.
 *
 * <p>A balancer that splits its traffic, between tiers or zones, has several sets at a time, its groups, and asks the
 * policy for a selector for each.
 */
public final class Candidates {
    private final int group;
    private final List<Candidate> members;
    private final List<Candidate> eligible;
    private final LongSupplier clock;
    private final boolean ignoresHealth;

    /**
     * One backend of the set, as it was when the set was made.
     *
     * @param backend the live view of it
     * @param weight the configured weight, 1 to {@link Endpoint#MAX_WEIGHT}
     * @param ramp how much of its weight counts now, in percent, 1 to 100; below 100 only in slow start
     * @param eligible whether it may be used
     * @param feedback what the policy's {@link Selector.Factory#feedback} gave for this backend
     */
    public record Candidate(
            Backend backend,
            int weight,
            int ramp,
            boolean eligible,
            @Nullable Feedback feedback) {
        /** Checks the numbers. */
        public Candidate {
            Objects.requireNonNull(backend, "backend");
            if (weight < 1 || weight > Endpoint.MAX_WEIGHT) {
                throw new IllegalArgumentException("weight must be 1 to " + Endpoint.MAX_WEIGHT + ", was " + weight);
            }
            if (ramp < 1 || ramp > 100) {
                throw new IllegalArgumentException("ramp must be 1 to 100 percent, was " + ramp);
            }
        }

        /** Returns the weight to select by, in hundredths: what is configured times the ramp. */
        public int effectiveWeight() {
            return weight * ramp; // at most 10^8: a weight is at most 10^6
        }
    }

    private Candidates(int group, List<Candidate> members, LongSupplier clock, boolean ignoresHealth) {
        this.group = group;
        this.members = List.copyOf(members);
        this.eligible = this.members.stream().filter(Candidate::eligible).toList();
        this.clock = Objects.requireNonNull(clock, "clock");
        this.ignoresHealth = ignoresHealth;
        if (eligible.isEmpty()) {
            throw new IllegalArgumentException("at least one candidate must be eligible, of " + members.size());
        }
    }

    /**
     * Returns a set.
     *
     * @param group tells groups of one balancer apart, from 0; the same group keeps its number from plan to plan
     * @param members the backends of the group, also those that are not eligible
     * @param clock the balancer's monotonic clock in nanoseconds, to be read from any thread
     * @throws IllegalArgumentException if none is eligible
     */
    public static Candidates of(int group, List<Candidate> members, LongSupplier clock) {
        return new Candidates(group, members, clock, false);
    }

    /** Returns the same set for a panic: {@link Candidate#eligible} holds, whatever {@link Backend#isEligible} says. */
    public Candidates ignoringHealth() {
        return new Candidates(group, members, clock, true);
    }

    /** Returns a set of backends that are all eligible at their present weights, on the machine's clock. */
    public static Candidates of(List<? extends Backend> backends) {
        return of(
                0,
                backends.stream()
                        .map(backend -> new Candidate(backend, backend.weight(), 100, true, null))
                        .toList(),
                System::nanoTime);
    }

    /** Returns the number of the group, from 0. */
    public int group() {
        return group;
    }

    /**
     * Returns all backends of the group in a stable order, also those that are down or drained. Changes only when a backend
     * joins or leaves or its weight, zone or tier is changed; with a subset also when that grows past one that is down.
     */
    public List<Candidate> members() {
        return members;
    }

    /** Returns those that may be used, in the same order; never empty. */
    public List<Candidate> eligible() {
        return eligible;
    }

    /** Returns those that may be used as an array of one's own. */
    public Backend[] backends() {
        return eligible.stream().map(Candidate::backend).toArray(Backend[]::new);
    }

    /** Tells whether all that may be used have the same effective weight. */
    public boolean isUniform() {
        int first = eligible.get(0).effectiveWeight();
        return eligible.stream().allMatch(candidate -> candidate.effectiveWeight() == first);
    }

    /** Tells whether backends are used that are down, so that {@link Backend#isEligible} must not be asked. */
    public boolean ignoresHealth() {
        return ignoresHealth;
    }

    /** Returns the balancer's monotonic clock in nanoseconds. */
    public LongSupplier clock() {
        return clock;
    }

    @Override
    public String toString() {
        return eligible.size() + " of " + members.size() + " eligible in group " + group;
    }
}
