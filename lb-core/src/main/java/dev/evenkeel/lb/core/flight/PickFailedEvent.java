package dev.evenkeel.lb.core.flight;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Off unless a recording asks for it: when nobody is up, there are as many as there are calls. */
@Name("dev.evenkeel.lb.PickFailed")
@Label("Pick Failed")
@Description("An attempt was given no backend")
@Category({"Evenkeel", "Load Balancing"})
@Enabled(false)
@StackTrace(false)
final class PickFailedEvent extends Event {
    @Label("Balancer")
    @Nullable
    String balancer;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Backends")
    @Description("How many backends there are")
    int backends;

    @Label("Up")
    @Description("How many of them are up, and so have no room")
    int up;

    private PickFailedEvent() {}

    static void tell(String balancer, Reason reason, List<BackendSnapshot> backends) {
        PickFailedEvent event = new PickFailedEvent();
        if (!event.isEnabled()) {
            return;
        }
        event.balancer = balancer;
        event.reason = reason.name().toLowerCase(Locale.ROOT);
        event.backends = backends.size();
        event.up = (int) backends.stream()
                .filter(backend -> backend.state() == BackendState.UP)
                .count();
        event.commit();
    }
}
