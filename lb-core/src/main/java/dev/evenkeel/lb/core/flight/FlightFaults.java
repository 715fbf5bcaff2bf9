package dev.evenkeel.lb.core.flight;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a recording has failed: the first time only, since it may fail as often as there is something to record. */
final class FlightFaults {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");
    private static final AtomicBoolean told = new AtomicBoolean();

    private FlightFaults() {}

    static void tell(Throwable thrown) {
        if (told.compareAndSet(false, true)) {
            try {
                log.error("flight recording misses events; the first of them because of", thrown);
            } catch (RuntimeException | Error e) {
                told.set(false); // No memory for a line either, as a rule. The next failure is told in its place.
            }
        }
    }
}
