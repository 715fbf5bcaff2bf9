package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts calls, by whom they went to and what the balancer knew of it then. */
final class Ledger {
    private final Recorder recorder;
    private final Map<Endpoint, Integer> given = new HashMap<>();

    /** What each would have been given if every call had been split evenly among those that were in rotation. */
    private final Map<Endpoint, Double> ideal = new HashMap<>();

    private int calls;
    private int failed;
    private int refused;
    private int sinceTheEvent;
    private int sickBefore;
    private int sickAfter;

    Ledger(Recorder recorder) {
        this.recorder = recorder;
    }

    /** One call was told that there is no backend. */
    void nobody() {
        calls++;
        refused++;
        failed++;
    }

    /** One call was given a backend. */
    void given(Endpoint endpoint) {
        calls++;
        given.merge(endpoint, 1, Integer::sum);
        Set<Endpoint> rotation = recorder.inRotation();
        rotation.forEach(each -> ideal.merge(each, 1.0 / rotation.size(), Double::sum));
        if (recorder.outages().stream().anyMatch(each -> !each.isOver() && !each.isFound())) {
            sinceTheEvent++;
        }
        Outage outage = recorder.outage(endpoint);
        if (!outage.isOver()) {
            if (outage.isFound()) {
                sickAfter++;
            } else {
                sickBefore++;
            }
        }
    }

    /** One call that was given a backend failed. */
    void failed() {
        failed++;
    }

    int calls() {
        return calls;
    }

    /** Returns how many calls were given to anybody while a backend was sick and not known to be. */
    int beforeDetection() {
        return sinceTheEvent;
    }

    Figures figures() {
        List<Outage> found = recorder.outages().stream().filter(Outage::isFound).toList();
        return new Figures(
                new Figures.Calls(calls, failed, refused),
                busiest(),
                Figures.slowest(recorder.outages(), Outage::detection),
                Figures.slowest(found, Outage::recovery),
                new Figures.Sick(sickBefore, sickAfter));
    }

    private double busiest() {
        return ideal.entrySet().stream()
                .mapToDouble(each -> given.getOrDefault(each.getKey(), 0) / each.getValue())
                .max()
                .orElse(0);
    }
}
