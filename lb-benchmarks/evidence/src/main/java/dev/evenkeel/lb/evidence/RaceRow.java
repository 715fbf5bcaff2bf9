package dev.evenkeel.lb.evidence;

/**
 * One race, as {@code RaceCheck} prints it.
 *
 * @param race {@code steady}: every pattern of up and down, nothing changes; {@code moving}: which one is up changes
 * @param none picks that found none although one was up at every instant
 * @param busiest what the busiest backend got of what it should have, in the worst pattern; 0 where it was not
 *     watched
 */
record RaceRow(
        String subject, String race, int backends, int threads, int patterns, long picks, long none, double busiest) {
    boolean tellsBusiest() {
        return busiest > 0;
    }

    double nonePerMillion() {
        return none * 1e6 / picks;
    }
}
