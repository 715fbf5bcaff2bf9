package dev.evenkeel.lb.core.health;

/**
 * The successes and failures of one backend beside those of all the others, and how surely the two differ in more than
 * luck.
 *
 * @see <a href="https://www.itl.nist.gov/div898/handbook/prc/section3/prc33.htm">NIST, comparing two proportions</a>
 */
record TwoRates(long successes, long failures, long othersSuccesses, long othersFailures) {
    double own() {
        return successes / (double) calls();
    }

    double others() {
        return othersSuccesses / (double) othersCalls();
    }

    /** Returns by how many standard errors the rate is below that of the others, if both are taken to be one. */
    double z() {
        double pooled = pooled();
        double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / calls() + 1.0 / othersCalls()));
        return error == 0 ? 0 : (others() - own()) / error;
    }

    /**
     * Returns the root of the likelihood ratio statistic, G, below 0 if the rate is above that of the others: as {@link #z},
     * but right as well where failures are few, whose numbers are more skewed than z has it. Of a hundred calls that fail
     * once in a hundred, six fail in one of 1,900 cases. This says 3.1, one of 1,000; z says 3.9, one of 20,000.
     *
     * @see <a href="https://doi.org/10.1214/aoms/1177732360">Wilks, The large-sample distribution of the likelihood ratio</a>
     */
    double rootOfLikelihoodRatio() {
        double pooled = pooled();
        double ratio = surprise(successes, calls() * pooled)
                + surprise(failures, calls() * (1 - pooled))
                + surprise(othersSuccesses, othersCalls() * pooled)
                + surprise(othersFailures, othersCalls() * (1 - pooled));
        // The ratio is below 0 only by rounding, where both rates are the same.
        return Math.copySign(Math.sqrt(2 * Math.max(0, ratio)), others() - own());
    }

    private static double surprise(long seen, double expected) {
        return seen == 0 ? 0 : seen * Math.log(seen / expected);
    }

    private double pooled() {
        return (successes + othersSuccesses) / (double) (calls() + othersCalls());
    }

    private long calls() {
        return successes + failures;
    }

    private long othersCalls() {
        return othersSuccesses + othersFailures;
    }
}
