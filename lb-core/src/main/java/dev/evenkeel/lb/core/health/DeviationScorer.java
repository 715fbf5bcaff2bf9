package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.core.health.Finding.Detector;
import dev.evenkeel.lb.core.outlier.SuccessRateDeviation;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds backends whose success rate is below that of the others, as {@link SuccessRateDeviation} has it. Only backends with
 * enough calls are compared, and their number decides how.
 */
final class DeviationScorer implements Scorer {
    /** Points are what is left of a subtraction: without this, 99 % less 94 % might not be 5. */
    private static final double ROUNDING = 1e-9;

    private final SuccessRateDeviation rules;

    DeviationScorer(SuccessRateDeviation rules) {
        this.rules = rules;
    }

    @Override
    public List<Finding> score(List<Tally> tallies) {
        List<Tally> compared = tallies.stream().filter(this::hasEnoughCalls).toList();
        if (compared.size() < 2) {
            return List.of();
        }
        Crowd crowd = Crowd.of(compared);
        return compared.size() < rules.minHosts() ? amongFew(tallies, crowd) : amongMany(tallies, crowd);
    }

    private boolean hasEnoughCalls(Tally tally) {
        return tally.calls() >= rules.minCalls();
    }

    private List<Finding> amongFew(List<Tally> tallies, Crowd crowd) {
        Predicate<Tally> outlier = tally -> {
            TwoRates rates = crowd.against(tally);
            return isFarBelow(rates.others(), rates.own()) && rates.z() > rules.z() && isDistinct(rates, crowd);
        };
        return worst(tallies, outlier).stream()
                .map(i -> {
                    TwoRates rates = crowd.against(tallies.get(i));
                    return new Finding(i, Detector.SUCCESS_RATE, Reasons.belowOthers(rates.own(), rates.others()));
                })
                .toList();
    }

    private List<Finding> amongMany(List<Tally> tallies, Crowd crowd) {
        double floor = crowd.mean() - rules.deviations() * crowd.deviation();
        Predicate<Tally> outlier = tally -> tally.successRate() < floor
                && isFarBelow(crowd.mean(), tally.successRate())
                && isDistinct(crowd.against(tally), crowd);
        return worst(tallies, outlier).stream()
                .map(i -> new Finding(
                        i,
                        Detector.SUCCESS_RATE,
                        Reasons.belowMean(tallies.get(i).successRate(), crowd.mean())))
                .toList();
    }

    /** The largest of n draws from a normal distribution is about √(2 ln n) above its mean, so that much is no news. */
    private boolean isDistinct(TwoRates rates, Crowd crowd) {
        return rates.rootOfLikelihoodRatio() > Math.sqrt(rules.z() * rules.z() + 2 * Math.log(crowd.hosts()));
    }

    private List<Integer> worst(List<Tally> tallies, Predicate<Tally> outlier) {
        return Scorers.worstFirst(tallies, tally -> hasEnoughCalls(tally) && outlier.test(tally), Tally::successRate);
    }

    private boolean isFarBelow(double yardstick, double rate) {
        return 100 * (yardstick - rate) + ROUNDING >= rules.minPoints();
    }

    /**
     * All that are compared, taken together.
     *
     * @param mean of the success rates, whatever the calls
     * @param deviation of the success rates, that of a population
     */
    private record Crowd(int hosts, long successes, long failures, double mean, double deviation) {
        static Crowd of(List<Tally> compared) {
            double mean =
                    compared.stream().mapToDouble(Tally::successRate).average().orElseThrow();
            double variance = compared.stream()
                    .mapToDouble(tally -> Math.pow(tally.successRate() - mean, 2))
                    .average()
                    .orElseThrow();
            return new Crowd(
                    compared.size(),
                    compared.stream().mapToLong(Tally::successes).sum(),
                    compared.stream().mapToLong(Tally::failures).sum(),
                    mean,
                    Math.sqrt(variance));
        }

        TwoRates against(Tally one) {
            return new TwoRates(
                    one.successes(), one.failures(), successes - one.successes(), failures - one.failures());
        }
    }
}
