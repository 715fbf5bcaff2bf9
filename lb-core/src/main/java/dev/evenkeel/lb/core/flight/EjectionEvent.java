package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("dev.evenkeel.lb.Ejection")
@Label("Ejection")
@Description("A backend was ejected, would have been, is on trial, or was readmitted")
final class EjectionEvent extends ChangeEvent {
    private EjectionEvent() {}

    static void tell(LoadBalancerEvent event) {
        EjectionEvent ejection = new EjectionEvent();
        if (ejection.isEnabled()) {
            ejection.record(event);
        }
    }
}
