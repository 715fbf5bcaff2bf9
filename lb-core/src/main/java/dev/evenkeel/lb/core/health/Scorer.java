package dev.evenkeel.lb.core.health;

import java.util.List;

/** Finds outliers. Pure: what it answers depends on the tallies alone. */
interface Scorer {
    /** Returns the outliers among backends that did so, worst first. */
    List<Finding> score(List<Tally> tallies);
}
