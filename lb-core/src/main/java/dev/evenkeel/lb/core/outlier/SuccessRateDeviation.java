package dev.evenkeel.lb.core.outlier;

/**
 * Finds a backend that does worse than the others, even if it fails but every tenth call. Success rates are those of {@linkplain
 * Detectors#window the window}, and only backends with {@code minCalls} are compared.
 *
 * <p><b>From {@code minHosts} backends on</b> an outlier is below the mean of the rates by more than {@code deviations}
 * population standard deviations <em>and</em> by at least {@code minPoints}. The first is <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier#success-rate">Envoy's success
 * rate</a>.
 *
 * <p><b>With fewer, down to two,</b> no backend can be 1.9 deviations below the mean. There an outlier is at least {@code
 * minPoints} below all the others taken together, and a two-proportion z-test tells them apart by more than {@code z}.
 *
 * <p><b>In both cases</b> it must also differ in more than luck, of which few failures have much, and the worst of a thousand
 * backends in all the windows of a day the most: the root of the likelihood ratio statistic, which is a z for small numbers,
 * must be above √(z² + 2 ln (hosts · windows a day)). Where one window cannot tell, this and {@code z} may be those of up to
 * six windows.
 *
 * @param minHosts from how many backends on deviations are used, at least 3
 * @param deviations population standard deviations below the mean, above 0 and below √(minHosts − 1), which no rate can
 *     exceed
 * @param minPoints percentage points, above 0 and below 100
 * @param z standard errors, above 0
 * @param minCalls how many calls with a verdict a backend needs, at least 1
 */
public record SuccessRateDeviation(int minHosts, double deviations, double minPoints, double z, int minCalls) {
    /** 1.9 deviations from 5 backends on, z 3 below, 5 points, 50 calls. */
    public static final SuccessRateDeviation DEFAULT = new SuccessRateDeviation(5, 1.9, 5, 3, 50);

    private static final int FEWEST_HOSTS = 3;

    /** Checks the values. */
    public SuccessRateDeviation {
        if (minHosts < FEWEST_HOSTS) {
            throw new IllegalArgumentException(
                    "deviations need at least " + FEWEST_HOSTS + " hosts, minHosts was " + minHosts);
        }
        Rules.requireAboveZero("the number of deviations", deviations);
        if (deviations * deviations >= minHosts - 1) {
            throw new IllegalArgumentException("no rate of " + minHosts
                    + " can be so many deviations below their mean: they must be below the root of minHosts - 1, were "
                    + deviations
                    + " with minHosts " + minHosts + "; it takes minHosts " + fewestHosts(deviations));
        }
        if (!(minPoints > 0 && minPoints < 100)) {
            throw new IllegalArgumentException(
                    "the percentage points below the others must be above 0 and below 100, was " + minPoints);
        }
        Rules.requireAboveZero("z", z);
        Rules.requireCalls(minCalls);
    }

    /** Returns the least number of hosts n with deviations < √(n − 1). */
    private static long fewestHosts(double deviations) {
        return (long) Math.floor(deviations * deviations) + 2;
    }

    /** Sets from how many backends on deviations are used, at least 3 and more than deviations² + 1; default 5. */
    public SuccessRateDeviation withMinHosts(int hosts) {
        return new SuccessRateDeviation(hosts, deviations, minPoints, z, minCalls);
    }

    /**
     * Sets how many population standard deviations, above 0 and below √(minHosts − 1); default 1.9. Set the hosts first if
     * both rise.
     */
    public SuccessRateDeviation withDeviations(double newDeviations) {
        return new SuccessRateDeviation(minHosts, newDeviations, minPoints, z, minCalls);
    }

    /** Sets how many percentage points, above 0 and below 100; default 5. */
    public SuccessRateDeviation withMinPoints(double points) {
        return new SuccessRateDeviation(minHosts, deviations, points, z, minCalls);
    }

    /** Sets how many standard errors, above 0; default 3. */
    public SuccessRateDeviation withZ(double newZ) {
        return new SuccessRateDeviation(minHosts, deviations, minPoints, newZ, minCalls);
    }

    /** Sets how many calls a backend needs, at least 1; default 50. */
    public SuccessRateDeviation withMinCalls(int newMinCalls) {
        return new SuccessRateDeviation(minHosts, deviations, minPoints, z, newMinCalls);
    }
}
