package dev.evenkeel.lb.core.outlier;

import java.time.Duration;
import java.util.Objects;

/**
 * How backends that fail in traffic are found and kept out for a while. Immutable: each setter returns a changed copy.
 *
 * <pre>{@code
 * OutlierDetection.standard()
 *     .consecutiveFailures(10)
 *     .failureRate(FailureRate.DEFAULT.withShare(0.3))
 *     .ejectFor(Duration.ofSeconds(30), Duration.ofMinutes(10))
 * }</pre>
 *
 * @param detectors who finds outliers
 * @param ejection what happens to them
 * @param enforced whether it does; if not, it is only told what would
 */
public record OutlierDetection(Detectors detectors, Ejection ejection, boolean enforced) {
    private static final OutlierDetection STANDARD = new OutlierDetection(Detectors.DEFAULT, Ejection.DEFAULT, true);

    /** Checks that nothing is missing. */
    public OutlierDetection {
        Objects.requireNonNull(detectors, "detectors");
        Objects.requireNonNull(ejection, "ejection");
    }

    /**
     * Returns outlier detection with the defaults: 5 failures in a row, half of at least 20 calls in 10 s, or a success rate that
     * deviates from the others'; ejected for 10 s at first and 300 s at most; half of a tier at most.
     */
    public static OutlierDetection standard() {
        return STANDARD;
    }

    /** Tells what would be ejected and ejects nobody. Default: ejects. */
    public OutlierDetection dryRun() {
        return new OutlierDetection(detectors, ejection, false);
    }

    /** Sets how far back the rates look, 1 s to 1 day; default 10 s. */
    public OutlierDetection window(Duration window) {
        return with(detectors.withWindow(window));
    }

    /** Sets how many failures in a row make an outlier, 1 to 1,000; default 5. */
    public OutlierDetection consecutiveFailures(int limit) {
        return with(detectors.withConsecutiveFailures(new ConsecutiveFailures(limit)));
    }

    /** Switches the detector of failures in a row off. */
    public OutlierDetection withoutConsecutiveFailures() {
        return with(detectors.withConsecutiveFailures(null));
    }

    /** Sets which rate of failures makes an outlier; default half of at least 20 calls. */
    public OutlierDetection failureRate(FailureRate detector) {
        return with(detectors.withFailureRate(Objects.requireNonNull(detector, "detector")));
    }

    /** Switches the detector of failure rates off. */
    public OutlierDetection withoutFailureRate() {
        return with(detectors.withFailureRate(null));
    }

    /** Sets how far a success rate may be below that of the others. */
    public OutlierDetection successRate(SuccessRateDeviation detector) {
        return with(detectors.withSuccessRate(Objects.requireNonNull(detector, "detector")));
    }

    /** Switches the detector of deviating success rates off. */
    public OutlierDetection withoutSuccessRate() {
        return with(detectors.withSuccessRate(null));
    }

    /** Sets how long an ejection takes: at first, and at most; default 10 s and 300 s. */
    public OutlierDetection ejectFor(Duration base, Duration max) {
        return ejection(ejection.withTimes(base, max));
    }

    /** Sets all that happens to an outlier. */
    public OutlierDetection ejection(Ejection newEjection) {
        return new OutlierDetection(detectors, newEjection, enforced);
    }

    private OutlierDetection with(Detectors newDetectors) {
        return new OutlierDetection(newDetectors, ejection, enforced);
    }
}
