package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Writes down what happens and what the balancer says of it, and knows from that alone who is in rotation. */
final class Recorder implements LoadBalancerListener {
    private static final Set<Kind> NO_TRANSITION = Set.of(Kind.PLAN_PUBLISHED, Kind.CLOSED);

    private final ManualTime time;
    private final List<String> lines = new ArrayList<>();
    private final Map<Endpoint, BackendState> states = new LinkedHashMap<>();
    private final Map<Endpoint, Outage> outages = new LinkedHashMap<>();
    private final List<Outage> all = new ArrayList<>();
    private boolean panic;

    Recorder(ManualTime time) {
        this.time = time;
    }

    @Override
    public void onEvent(LoadBalancerEvent event) {
        Kind kind = event.kind();
        BackendSnapshot backend = event.backend();
        if (backend != null) {
            note(kind, backend);
        } else if (kind == Kind.PANIC_ON || kind == Kind.PANIC_OFF) {
            panic = kind == Kind.PANIC_ON;
        }
        boolean start = kind == Kind.JOINED && time.nanos() == 0;
        if (!start && !NO_TRANSITION.contains(kind)) {
            String who = backend == null ? "all" : backend.endpoint().host();
            write(who, kind + (event.reason().isEmpty() ? "" : ": " + event.reason()));
        }
    }

    private void note(Kind kind, BackendSnapshot backend) {
        Endpoint endpoint = backend.endpoint();
        if (kind == Kind.LEFT) {
            states.remove(endpoint);
        } else {
            states.put(endpoint, backend.state());
        }
        Outage outage = outages.get(endpoint);
        if (outage != null && kind == Kind.JOINED) {
            outage.canBeFound(time.nanos());
        }
        if (outage != null) {
            outage.note(kind != Kind.LEFT && backend.state() == BackendState.UP, time.nanos());
        }
    }

    /** Writes down something that the balancer does not know. */
    void happens(String what) {
        write("*", what);
    }

    private void write(String who, String what) {
        double seconds = time.nanos() / (double) TimeUnit.SECONDS.toNanos(1);
        lines.add(String.format(Locale.ROOT, "%9.3f s  %-3s  %s", seconds, who, what));
    }

    /** Takes note that a backend is sick from now on. */
    void falls(Endpoint endpoint) {
        Outage outage = new Outage(time.nanos());
        outages.put(endpoint, outage);
        all.add(outage);
        if (states.containsKey(endpoint)) {
            outage.note(isUp(endpoint), time.nanos());
        }
    }

    /** Takes note that a backend is well from now on. */
    void recovers(Endpoint endpoint) {
        Outage outage = outages.get(endpoint);
        if (outage != null) {
            outage.end(isUp(endpoint), time.nanos());
        }
    }

    private boolean isUp(Endpoint endpoint) {
        return states.get(endpoint) == BackendState.UP;
    }

    /** Returns the outage that a backend is in or was in last, or an empty one that has ended. */
    Outage outage(Endpoint endpoint) {
        return outages.getOrDefault(endpoint, Outage.NONE);
    }

    List<Outage> outages() {
        return List.copyOf(all);
    }

    /** Returns who may be given calls. In a panic those that are down may too. */
    Set<Endpoint> inRotation() {
        return states.entrySet().stream()
                .filter(each -> each.getValue() == BackendState.UP || (panic && each.getValue() == BackendState.DOWN))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
