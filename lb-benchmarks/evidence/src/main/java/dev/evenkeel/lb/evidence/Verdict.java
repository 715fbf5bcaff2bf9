package dev.evenkeel.lb.evidence;

/** How a peer stands to us in one cell. Decided only where the intervals do not overlap. */
enum Verdict {
    PEER_AHEAD,
    WE_AHEAD,
    NOT_TOLD_APART;

    /** Returns who is less. Intervals that touch overlap. */
    static Verdict ofLess(Interval ours, Interval theirs) {
        if (theirs.high() < ours.low()) {
            return PEER_AHEAD;
        }
        return ours.high() < theirs.low() ? WE_AHEAD : NOT_TOLD_APART;
    }
}
