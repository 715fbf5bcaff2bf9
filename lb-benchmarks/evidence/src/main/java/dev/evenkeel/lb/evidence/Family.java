package dev.evenkeel.lb.evidence;

/** The ways to pick that are compared with one another, in the order of the page. */
enum Family {
    ROUND_ROBIN("Round robin"),
    POWER_OF_TWO("Power of two choices"),
    WEIGHTED_ROUND_ROBIN("Weighted round robin"),
    RANDOM("Random"),
    LEAST("Least in flight"),
    LATENCY("Latency"),
    CONSISTENT_HASH("Consistent hash"),
    STICKY("Sticky");

    private final String title;

    Family(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
