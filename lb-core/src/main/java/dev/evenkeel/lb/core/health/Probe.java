package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.flight.Flight;
import dev.evenkeel.lb.core.flight.Flight.Probing;
import dev.evenkeel.lb.core.health.Asker.Asking;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.util.function.BiConsumer;

/**
 * One probe of one target. A result is told from a stale one by whether its probe is still the {@link Target#probe} of
 * its target. Guarded by the prober's lock.
 */
final class Probe {
    /** Where a probe stands before its verdict. */
    enum Stage {
        /** Due, but the thread of an earlier probe of the same endpoint has not ended. */
        BLOCKED,
        /** Due, and in line for a thread. */
        QUEUED,
        /** Under way. */
        RUNNING
    }

    final Target target;
    final Endpoint endpoint;
    final Asking asking;
    final Probing flight = Flight.probing();
    Stage stage = Stage.QUEUED;

    /** When the verdict falls without an answer. Set when the probe runs or is blocked. */
    long deadline;

    /** For the deadline; after it for the look whether the thread has heeded the interrupt. */
    Cancellable timer = () -> {};

    Probe(Target target, Asker asker, BiConsumer<Probe, Verdict> ended) {
        this.target = target;
        this.endpoint = target.member.endpoint();
        this.asking = asker.prepare(endpoint, verdict -> ended.accept(this, verdict));
    }
}
