package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.core.health.Finding.Detector;
import dev.evenkeel.lb.core.outlier.SuccessRateDeviation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds backends whose success rate is below that of the others, as {@link SuccessRateDeviation} has it. Only backends with
 * enough calls in the window are compared, and their number decides how. Who is found is no yardstick: the others are compared
 * once more without it, so that one that is busy and fails much hides nobody, even where it cannot be ejected.
 */
final class DeviationScorer implements Scorer {
    /** Points are what is left of a subtraction: without this, 99 % less 94 % might not be 5. */
    private static final double ROUNDING = 1e-9;

    private static final Duration DAY = Duration.ofDays(1);

    private final SuccessRateDeviation rules;
    private final Duration window;

    DeviationScorer(SuccessRateDeviation rules, Duration window) {
        this.rules = rules;
        this.window = window;
    }

    @Override
    public List<Finding> score(Look look) {
        List<Integer> compared =
                Scorers.worstFirst(look.window(), tally -> tally.calls() >= rules.minCalls(), Tally::successRate);
        List<Finding> found = new ArrayList<>();
        List<Finding> more = among(compared, look);
        while (!more.isEmpty()) { // as many times as there are backends at most
            found.addAll(more);
            List<Integer> out = more.stream().map(Finding::index).toList();
            compared = compared.stream().filter(i -> !out.contains(i)).toList();
            more = among(compared, look);
        }
        found.sort(Comparator.comparingDouble(
                finding -> look.window().get(finding.index()).successRate()));
        return found;
    }

    private List<Finding> among(List<Integer> compared, Look look) {
        if (compared.size() < 2) {
            return List.of();
        }
        Span lately = Span.of(window, look.window(), compared);
        Span longer = Span.of(look.reach(), look.longer(), compared);
        List<Finding> found = new ArrayList<>();
        for (int i : compared) {
            Span proof = isFarBelow(lately, i) ? proof(i, lately, longer) : null;
            if (proof != null) {
                found.add(new Finding(i, Detector.SUCCESS_RATE, reason(proof, i)));
            }
        }
        return found;
    }

    private boolean isFew(Span span) {
        return span.hosts() < rules.minHosts();
    }

    private boolean isFarBelow(Span lately, int i) {
        double rate = lately.tallies().get(i).successRate();
        double yardstick = isFew(lately) ? lately.against(i).others() : lately.mean();
        double deviations = isFew(lately) ? 0 : rules.deviations();
        return 100 * (yardstick - rate) + ROUNDING >= rules.minPoints()
                && rate < yardstick - deviations * lately.deviation();
    }

    /** Returns the span in which a backend differs from the others by more than luck, or null. */
    private @Nullable Span proof(int i, Span... spans) {
        return Stream.of(spans)
                .filter(span -> !isFew(span) || span.against(i).z() > rules.z())
                .filter(span -> span.against(i).rootOfLikelihoodRatio() > luck(span.hosts()))
                .findFirst()
                .orElse(null);
    }

    /** The largest of n draws from a normal distribution is about √(2 ln n) above its mean, and each window draws anew. */
    private double luck(int hosts) {
        double draws = hosts * (DAY.toNanos() / (double) window.toNanos());
        return Math.sqrt(rules.z() * rules.z() + 2 * Math.log(draws));
    }

    private String reason(Span proof, int i) {
        Tally tally = proof.tallies().get(i);
        return isFew(proof)
                ? Reasons.belowOthers(tally, proof.time(), proof.against(i).others())
                : Reasons.belowMean(tally, proof.time(), proof.mean());
    }

    /**
     * What all backends did within a time, and those that are compared taken together.
     *
     * @param hosts how many are compared
     * @param mean of their success rates, whatever the calls
     * @param deviation of their success rates, that of a population
     */
    private record Span(Duration time, List<Tally> tallies, int hosts, Tally together, double mean, double deviation) {
        static Span of(Duration time, List<Tally> tallies, List<Integer> compared) {
            List<Tally> those = compared.stream().map(tallies::get).toList();
            double mean =
                    those.stream().mapToDouble(Tally::successRate).average().orElseThrow();
            double variance = those.stream()
                    .mapToDouble(tally -> Math.pow(tally.successRate() - mean, 2))
                    .average()
                    .orElseThrow();
            Tally together = new Tally(
                    those.stream().mapToLong(Tally::successes).sum(),
                    those.stream().mapToLong(Tally::failures).sum(),
                    0);
            return new Span(time, tallies, those.size(), together, mean, Math.sqrt(variance));
        }

        TwoRates against(int i) {
            Tally one = tallies.get(i);
            return new TwoRates(
                    one.successes(),
                    one.failures(),
                    together.successes() - one.successes(),
                    together.failures() - one.failures());
        }
    }
}
