package dev.evenkeel.lb.evidence;

/**
 * What one fork measures.
 *
 * @param benchmark {@code pick} or {@code attempt}
 * @param down the share that is down, or {@code all-but-one}
 */
record Cell(String benchmark, String subject, int backends, String down, int threads) {
    static final String PICK = "pick";
    static final String ATTEMPT = "attempt";
    static final String NONE_DOWN = "0";

    /** Returns the same for another subject. */
    Cell of(String other) {
        return new Cell(benchmark, other, backends, down, threads);
    }

    /** Returns how it is set up, without what is measured and of whom: {@code 2 threads, 10 backends, 90 % down}. */
    String setting() {
        return Words.threads(threads) + ", " + Words.count(backends) + " backends, " + Words.down(down);
    }
}
