package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.SourceSnapshot;
import dev.evenkeel.lb.api.SourceSnapshot.State;
import dev.evenkeel.lb.core.membership.Answers.Failure;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a source answers, told to the listeners when that changes. Written by one thread at a time. */
final class SourceState {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String source;
    private final Roster roster;
    private final Ticker ticker;

    /** Never null; written whole. */
    private volatile Standing standing;

    /**
     * How it stands.
     *
     * @param sinceNanos when the state began
     * @param ailment what a call that found no backend should know; null if nothing ails the source
     */
    private record Standing(
            State state,
            String reason,
            long sinceNanos,
            @Nullable String ailment) {}

    SourceState(String source, Roster roster, Ticker ticker) {
        this.source = source;
        this.roster = roster;
        this.ticker = ticker;
        this.standing = new Standing(State.WAITING, "", ticker.nanos(), source + " has not answered yet");
    }

    @Nullable
    String ailment() {
        return standing.ailment;
    }

    SourceSnapshot snapshot() {
        Standing now = standing;
        Duration inState = Duration.ofNanos(Math.max(0, ticker.nanos() - now.sinceNanos));
        return new SourceSnapshot(source, now.state, now.reason, inState);
    }

    /**
     * Takes in the newest answers.
     *
     * @param failure why the last one was of no use, or null
     * @param size how many endpoints the newest usable set has; below 0 if there has been none
     */
    void hear(@Nullable Failure failure, int size) {
        State before = standing.state;
        standing = stand(failure, size);
        if (before == standing.state) {
            return;
        }
        if (failure == null) {
            if (before == State.FAILING) {
                roster.tell(Kind.SOURCE_RECOVERED, null, source + ": " + endpoints(size));
            }
        } else {
            if (failure.cause() != null) {
                log.debug("{}: where {} failed", roster.name(), source, failure.cause());
            }
            String kept = size < 0 ? "; no endpoint is known yet" : "; the last set stays: " + endpoints(size);
            String reason = source + ": " + failure.reason() + kept;
            roster.tell(Kind.SOURCE_FAILED, null, Change.because(reason, failure.cause()));
        }
    }

    private Standing stand(@Nullable Failure failure, int size) {
        State state = failure == null ? State.ANSWERING : State.FAILING;
        long since = state == standing.state ? standing.sinceNanos : ticker.nanos();
        if (failure != null) {
            return new Standing(state, failure.reason(), since, source + ": " + failure.reason());
        }
        String none = "was told that there is none";
        return size == 0 ? new Standing(state, none, since, source + " " + none) : new Standing(state, "", since, null);
    }

    private static String endpoints(int size) {
        return size == 1 ? "1 endpoint" : size + " endpoints";
    }
}
