package dev.evenkeel.examples;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerListener;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Prints a line for each change of a backend. */
final class TransitionPrinter implements LoadBalancerListener {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final PrintWriter out;

    TransitionPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void onEvent(LoadBalancerEvent event) {
        switch (event.kind()) {
            case UP,
                    DOWN,
                    EJECTED,
                    WOULD_EJECT,
                    HALF_OPEN,
                    READMITTED,
                    DRAINING,
                    RESUMED,
                    LEFT,
                    PROBE_ABANDONED,
                    POLICY_FAILED,
                    EVENTS_LOST,
                    PANIC_ON,
                    PANIC_OFF ->
                out.println(TIME.format(LocalTime.ofInstant(event.at(), ZoneId.systemDefault())) + " " + event);
            case JOINED, PLAN_PUBLISHED, CLOSED -> {
                // The command line says who is there; a plan is the consequence of a change that is printed.
            }
        }
    }
}
