package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.load.RecentFaults;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts are in flight in each group. An attempt counts where it began, also when its backend has since gone
 * down, or left, or is of another group.
 *
 * <p>One counter for each group and not a {@link java.util.concurrent.atomic.LongAdder}: every pick reads it, and the sum
 * of an adder may be more than there ever were.
 */
final class GroupLoads {
    /** The place of each group in the totals; a group's number may be any. Touched by the thread that makes selectors. */
    private final Map<Integer, Integer> places = new HashMap<>();

    /** Made with the first backend, by the one thread that may then call. */
    private volatile @Nullable RecentFaults faultsOfAll;

    /** By place. Replaced by the thread that makes selectors; only grows. */
    private volatile AtomicLong[] totals = {new AtomicLong()};

    /** Returns the total of a group, after counting what begins on its members from now on into it. */
    AtomicLong totalOf(Candidates candidates) {
        int place = places.computeIfAbsent(candidates.group(), any -> places.size());
        AtomicLong[] known = totals;
        if (place >= known.length) {
            AtomicLong[] more = Arrays.copyOf(known, place + 1);
            Arrays.setAll(more, i -> i < known.length ? known[i] : new AtomicLong());
            totals = more;
        }
        for (Candidate member : candidates.members()) {
            if (member.feedback() instanceof Count count) {
                count.place = place;
            }
        }
        return totals[place];
    }

    /** Returns what counts the attempts on one backend. */
    Feedback newCount(LongSupplier clock) {
        return new Count(clock);
    }

    /** Returns what counts the faults of all backends. */
    RecentFaults faultsOfAll(LongSupplier clock) {
        RecentFaults known = faultsOfAll;
        if (known == null) {
            known = new RecentFaults(clock);
            faultsOfAll = known;
        }
        return known;
    }

    /** What is told of one backend. */
    final class Count implements Feedback {
        final RecentFaults faults;

        /** Written by the thread that makes selectors. */
        private volatile int place;

        private Count(LongSupplier clock) {
            this.faults = new RecentFaults(clock, faultsOfAll(clock));
        }

        @Override
        public long begun() {
            int now = place;
            totals[now].getAndIncrement();
            return now;
        }

        @Override
        public void answered(long mark, Outcome.Kind soFar) {}

        @Override
        public void ended(long mark, Outcome.Kind outcome, boolean answered) {
            // Not the group of now: what was added to one total must not be taken from another.
            totals[(int) mark].getAndDecrement();
            faults.ended(mark, outcome, answered);
        }
    }
}
