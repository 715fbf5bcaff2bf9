package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.flight.Flight.Probing;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Off unless a recording asks for it: there is one for each backend and interval, though nothing changes. */
@Name("dev.evenkeel.lb.Probe")
@Label("Probe")
@Description("A probe, from its question to its verdict")
@Category({"Evenkeel", "Load Balancing"})
@Enabled(false)
@StackTrace(false)
final class ProbeEvent extends Event implements Probing {
    @Label("Balancer")
    @Nullable
    String balancer;

    @Label("Backend")
    @Nullable
    String backend;

    @Label("Verdict")
    @Description("pass, fail, or none if the fault was ours")
    @Nullable
    String verdict;

    @Label("Reason")
    @Nullable
    String reason;

    private ProbeEvent() {}

    static Probing prepared() {
        ProbeEvent event = new ProbeEvent();
        if (!event.isEnabled()) {
            return NONE; // not "? :", which merges two of our types, and JFR of JDK 17 cannot instrument that
        }
        return event;
    }

    @Override
    public void end(String name, Endpoint endpoint, Verdict found) {
        end();
        balancer = name;
        backend = endpoint.toString();
        verdict = found.result().name().toLowerCase(Locale.ROOT);
        reason = found.reason();
        commit();
    }
}
