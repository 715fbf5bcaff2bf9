package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("dev.evenkeel.lb.Transition")
@Label("Transition")
@Description("Something changed in a balancer, for the most part the state of a backend")
final class TransitionEvent extends ChangeEvent {
    private TransitionEvent() {}

    static void tell(LoadBalancerEvent event) {
        TransitionEvent transition = new TransitionEvent();
        if (transition.isEnabled()) {
            transition.record(event);
        }
    }
}
