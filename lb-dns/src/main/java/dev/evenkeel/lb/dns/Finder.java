package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import java.util.List;

/** Makes endpoints of records. Immutable. */
@FunctionalInterface
interface Finder {
    /**
     * Asks, and returns what was found; none comes with a complaint.
     *
     * @throws IllegalArgumentException if a record makes no endpoint; the message has the value and the rule
     */
    List<Endpoint> find(Resolution resolution, boolean onlyIpv4);
}
