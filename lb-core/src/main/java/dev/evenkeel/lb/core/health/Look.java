package dev.evenkeel.lb.core.health;

import java.time.Duration;
import java.util.List;

/**
 * What the backends that get traffic did lately: one that is ejected is nobody's yardstick.
 *
 * @param window what each did within the window
 * @param longer what each did, in the same order, within the time for which all of them have been as they are; for rates
 *     that differ by so little that one window cannot tell
 * @param reach how long that is, at least the window
 */
record Look(List<Tally> window, List<Tally> longer, Duration reach) {}
