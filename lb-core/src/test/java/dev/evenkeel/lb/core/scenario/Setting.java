package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import java.util.function.UnaryOperator;

/** How the balancer of a scenario is set up, beyond a health check with all its defaults. */
record Setting(String name, UnaryOperator<HealthCheck> check, UnaryOperator<LoadBalancers> rules) {
    static final Setting DEFAULTS = new Setting("probes", check -> check, rules -> rules);

    /** With outlier detection, which has all its defaults too. */
    static final Setting OUTLIERS = new Setting(
            "probes, outlier detection", check -> check, rules -> rules.outlierDetection(OutlierDetection.standard()));

    static final Setting PESSIMISTIC =
            of("pessimistic start", check -> check.start(HealthCheck.Start.PESSIMISTIC), rules -> rules);

    private static Setting of(String name, UnaryOperator<HealthCheck> check, UnaryOperator<LoadBalancers> rules) {
        return new Setting("probes, " + name, check, rules);
    }

    static Setting checked(String name, UnaryOperator<HealthCheck> check) {
        return of(name, check, rules -> rules);
    }

    static Setting ruled(String name, UnaryOperator<LoadBalancers> rules) {
        return of(name, check -> check, rules);
    }
}
