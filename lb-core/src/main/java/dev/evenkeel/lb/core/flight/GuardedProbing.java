package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.flight.Flight.Probing;

/** Lets nothing be thrown at the prober, which calls under its lock. */
record GuardedProbing(Probing inner) implements Probing {
    static Probing prepared() {
        try {
            Probing event = ProbeEvent.prepared();
            return event == NONE ? NONE : new GuardedProbing(event);
        } catch (Throwable e) {
            FlightFaults.tell(e);
            return NONE;
        }
    }

    @Override
    public void begin() {
        try {
            inner.begin();
        } catch (Throwable e) {
            FlightFaults.tell(e);
        }
    }

    @Override
    public void end(String balancer, Endpoint endpoint, Verdict verdict) {
        try {
            inner.end(balancer, endpoint, verdict);
        } catch (Throwable e) {
            FlightFaults.tell(e);
        }
    }
}
