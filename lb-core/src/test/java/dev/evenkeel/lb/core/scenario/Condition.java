package dev.evenkeel.lb.core.scenario;

/** How a machine treats whatever reaches it at this moment. */
enum Condition {
    /** Answers each call in 10 ms or so. */
    HEALTHY,
    /** Works on one call at a time, 50 ms each, so that it can do 20 a second; the others wait. */
    SLOW,
    /** Answers 503 within 1 ms. */
    FAILING,
    /** Answers every tenth call with 503, and the others as usual. */
    FLAKY,
    /** Accepts and never answers. */
    SILENT,
    /** Refuses connections. What was open when it stopped is broken. */
    STOPPED
}
