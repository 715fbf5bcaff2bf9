package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** What transitions and ejections have in common. Moments are of the recording; the words are those of the event. */
@Category({"Evenkeel", "Load Balancing"})
@StackTrace(false)
abstract class ChangeEvent extends Event {
    @Label("Balancer")
    @Nullable
    String balancer;

    @Label("Backend")
    @Description("The endpoint, or nothing if the change is one of the balancer")
    @Nullable
    String backend;

    @Label("Kind")
    @Nullable
    String kind;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Cause")
    @Description("The class of what was thrown")
    @Nullable
    String cause;

    @Label("State Before")
    @Nullable
    String stateBefore;

    @Label("Time in State Before")
    @Timespan(Timespan.MILLISECONDS)
    long lasted;

    @Label("First Check")
    @Description("The first verdict ever made the change")
    boolean firstCheck;

    @Label("Enforced")
    @Description("The picks see a difference")
    boolean enforced;

    /** Only after a look whether it is recorded. */
    final void record(LoadBalancerEvent event) {
        BackendSnapshot subject = event.backend();
        Before before = event.change().before();
        Throwable thrown = event.cause();
        balancer = event.balancer();
        backend = subject == null ? null : subject.endpoint().toString();
        kind = event.kind().name().toLowerCase(Locale.ROOT);
        reason = event.reason();
        cause = thrown == null ? null : thrown.getClass().getName();
        stateBefore = before == null ? null : before.state().toString();
        lasted = before == null ? 0 : before.lasted().toMillis();
        firstCheck = event.change().has(Flag.FIRST_CHECK);
        enforced = !event.change().has(Flag.NOT_ENFORCED);
        commit();
    }
}
