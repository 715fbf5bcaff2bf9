package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.membership.Answers.Failure;
import dev.evenkeel.lb.core.pool.Roster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a source answers, told to the listeners when that changes. Written by one thread at a time. */
final class SourceState {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String source;
    private final Roster roster;
    private boolean failing;

    /** What a call that found no backend should know; null if nothing ails the source. */
    private volatile @Nullable String ailment;

    SourceState(String source, Roster roster) {
        this.source = source;
        this.roster = roster;
        this.ailment = source + " has not answered yet";
    }

    @Nullable
    String ailment() {
        return ailment;
    }

    /**
     * Takes in the newest answers.
     *
     * @param failure why the last one was of no use, or null
     * @param size how many endpoints the newest usable set has; below 0 if there has been none
     */
    void hear(@Nullable Failure failure, int size) {
        if (failure != null) {
            ailment = source + ": " + failure.reason();
        } else {
            ailment = size == 0 ? source + " was told that there is none" : null;
        }
        boolean fails = failure != null;
        if (fails == failing) {
            return;
        }
        failing = fails;
        if (failure == null) {
            roster.tell(Kind.SOURCE_RECOVERED, null, source + ": " + endpoints(size));
        } else {
            if (failure.cause() != null) {
                log.debug("{}: where {} failed", roster.name(), source, failure.cause());
            }
            String kept = size < 0 ? "; no endpoint is known yet" : "; the last set stays: " + endpoints(size);
            roster.tell(Kind.SOURCE_FAILED, null, ailment + kept);
        }
    }

    private static String endpoints(int size) {
        return size == 1 ? "1 endpoint" : size + " endpoints";
    }
}
