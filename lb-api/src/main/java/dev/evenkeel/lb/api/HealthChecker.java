package dev.evenkeel.lb.api;

import java.time.Duration;

/**
 * Probes one endpoint. The extension point for health checks: a checker knows how to ask, a {@link HealthCheck} knows
 * when and how often.
 *
 * <p>Probes of different backends run at the same time on daemon threads of the balancer; of one backend there is at
 * most one at a time.
 */
@FunctionalInterface
public interface HealthChecker {
    /**
     * Asks the endpoint once. May block.
     *
     * <p>At the timeout the balancer counts the probe as failed and interrupts its thread, so a checker should bound
     * its own work by the timeout and heed the interrupt.
     *
     * @param timeout how long the whole probe may take
     * @throws Exception counts as a failed probe
     */
    Verdict check(Endpoint endpoint, Duration timeout) throws Exception;

    /** Returns a {@link HealthCheck} of this checker with all defaults. */
    default HealthCheck withDefaults() {
        return HealthCheck.of(this);
    }

    /** Returns a {@link HealthCheck} of this checker that probes at the given interval; the rest are defaults. */
    default HealthCheck every(Duration interval) {
        return HealthCheck.of(this).every(interval);
    }
}
