package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.PlanSnapshot;
import dev.evenkeel.lb.core.flight.Flight.Planning;

/** Lets nothing be thrown at whoever builds a plan. */
record GuardedPlanning(Planning inner) implements Planning {
    static Planning begun() {
        try {
            Planning event = PlanPublishedEvent.begun();
            return event == NONE ? NONE : new GuardedPlanning(event);
        } catch (Throwable e) {
            FlightFaults.tell(e);
            return NONE;
        }
    }

    @Override
    public void published(String balancer, PlanSnapshot plan) {
        try {
            inner.published(balancer, plan);
        } catch (Throwable e) {
            FlightFaults.tell(e);
        }
    }
}
