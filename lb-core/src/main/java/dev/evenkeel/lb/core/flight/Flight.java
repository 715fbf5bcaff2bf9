package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.PlanSnapshot;
import dev.evenkeel.lb.api.Verdict;
import java.util.List;

/**
 * The one door to Java Flight Recorder. Safe for many threads; blocks nowhere. While nothing is recorded it costs a look at a
 * flag, and where the JDK has no module {@code jdk.jfr}, not even that: no class that needs it is ever loaded.
 *
 * <p>Nothing is thrown through it, not for lack of memory either: a recording may miss an event, but what is recorded goes on.
 * The first such failure is logged.
 */
public final class Flight {
    private static final boolean IS_THERE = isThere();

    private Flight() {}

    /** A probe of which a recording is told at its end. */
    public interface Probing {
        /** Nobody records it. */
        Probing NONE = new Probing() {
            @Override
            public void begin() {}

            @Override
            public void end(String balancer, Endpoint endpoint, Verdict verdict) {}
        };

        /** The question is put now. */
        void begin();

        /** The verdict has fallen. Called once. */
        void end(String balancer, Endpoint endpoint, Verdict verdict);
    }

    /** A plan that is being built, of which a recording is told when it is published. */
    public interface Planning {
        /** Nobody records it. */
        Planning NONE = (balancer, plan) -> {};

        /** The plan is in force. Called once. */
        void published(String balancer, PlanSnapshot plan);
    }

    private static boolean isThere() {
        try {
            Class.forName("jdk.jfr.Event", false, Flight.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false; // that is the answer: a run time image can be made without it
        }
    }

    /** An attempt was given no backend. */
    public static void pickFailed(String balancer, Reason reason, List<BackendSnapshot> backends) {
        if (IS_THERE) {
            try {
                PickFailedEvent.tell(balancer, reason, backends);
            } catch (Throwable e) {
                FlightFaults.tell(e);
            }
        }
    }

    /** Something changed in a balancer. Of plans a recording hears by {@link Planning} instead. */
    public static void changed(LoadBalancerEvent event) {
        if (IS_THERE) {
            try {
                record(event);
            } catch (Throwable e) {
                FlightFaults.tell(e);
            }
        }
    }

    private static void record(LoadBalancerEvent event) {
        switch (event.kind()) {
            case EJECTED, WOULD_EJECT, HALF_OPEN, READMITTED -> EjectionEvent.tell(event);
            case PLAN_PUBLISHED -> {
                // told with more than an event knows
            }
            default -> TransitionEvent.tell(event);
        }
    }

    /** A plan is about to be built. */
    public static Planning planning() {
        return IS_THERE ? GuardedPlanning.begun() : Planning.NONE;
    }

    /** A probe is about to be made. */
    public static Probing probing() {
        return IS_THERE ? GuardedProbing.prepared() : Probing.NONE;
    }
}
