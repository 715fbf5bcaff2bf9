package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line for each change of a backend, never one for a probe or a pick. */
final class TransitionLog implements LoadBalancerListener {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    @Override
    public void onEvent(LoadBalancerEvent event) {
        switch (event.kind()) {
            case DOWN, EJECTED, WOULD_EJECT, PROBE_ABANDONED, EVENTS_LOST, PANIC_ON, SOURCE_FAILED ->
                log.warn("{}", event.line());
            case PLAN_PUBLISHED, CLOSED -> log.debug("{}", event);
            case POLICY_FAILED -> {
                // Whoever found it has logged it as an error, before it became an event.
            }
            default -> log.info("{}", event.line()); // also of a kind that is newer than this switch
        }
    }
}
