package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.PlanSnapshot;
import dev.evenkeel.lb.core.flight.Flight.Planning;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Its duration is the time it took to build the plan. */
@Name("dev.evenkeel.lb.PlanPublished")
@Label("Plan Published")
@Description("A new plan is in force; the duration is that of its making")
@Category({"Evenkeel", "Load Balancing"})
@StackTrace(false)
final class PlanPublishedEvent extends Event implements Planning {
    @Label("Balancer")
    @Nullable
    String balancer;

    @Label("Version")
    long version;

    @Label("Eligible")
    @Description("How many backends may be picked")
    int eligible;

    @Label("Groups")
    int groups;

    @Label("Panic")
    @Description("The health of a group is ignored")
    boolean panic;

    private PlanPublishedEvent() {}

    static Planning begun() {
        PlanPublishedEvent event = new PlanPublishedEvent();
        if (!event.isEnabled()) {
            return NONE;
        }
        event.begin();
        return event;
    }

    @Override
    public void published(String name, PlanSnapshot plan) {
        end();
        balancer = name;
        version = plan.version();
        eligible = plan.eligible();
        groups = plan.groups().size();
        panic = plan.isPanic();
        commit();
    }
}
