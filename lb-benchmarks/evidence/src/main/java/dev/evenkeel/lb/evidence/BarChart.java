package dev.evenkeel.lb.evidence;

import java.util.List;
import java.util.stream.Stream;

/**
 * Horizontal bars in sections, each with its value and its interval.
 *
 * @param title what was measured
 * @param axis its unit, and which way is better
 */
record BarChart(String title, String axis, List<Section> sections) {
    private static final double DECADES_FOR_LOG = 100;

    /** Bars under a heading. */
    record Section(String heading, List<Bar> bars) {}

    /**
     * One bar.
     *
     * @param half of the interval; 0 or infinite for none to draw
     */
    record Bar(String label, double value, double half, boolean ours) {
        boolean hasInterval() {
            return half > 0 && half < Double.POSITIVE_INFINITY;
        }

        double end() {
            return hasInterval() ? value + half : value;
        }
    }

    boolean isEmpty() {
        return bars().findAny().isEmpty();
    }

    Stream<Bar> bars() {
        return sections.stream().flatMap(section -> section.bars().stream());
    }

    /** Returns where the longest bar or interval ends. */
    double longest() {
        return bars().mapToDouble(Bar::end).max().orElse(0);
    }

    /** Returns the least value above 0, or 1 if there is none. */
    double leastPositive() {
        return bars().mapToDouble(Bar::value).filter(value -> value > 0).min().orElse(1);
    }

    /** Returns whether the values span so much that the short bars could not be told apart on a linear axis. */
    boolean isLogarithmic() {
        return longest() / leastPositive() > DECADES_FOR_LOG;
    }
}
