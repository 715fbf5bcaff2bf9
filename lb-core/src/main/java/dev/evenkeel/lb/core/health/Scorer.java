package dev.evenkeel.lb.core.health;

import java.util.List;

/** Finds outliers. Pure: what it answers depends on the look alone. */
interface Scorer {
    /** Returns the outliers, worst first. */
    List<Finding> score(Look look);
}
