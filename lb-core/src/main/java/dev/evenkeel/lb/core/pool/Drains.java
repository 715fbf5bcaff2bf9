package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.DrainResult.End;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The drains of an operator that go on, and who waits for their end. Everything is done under the roster's lock. */
final class Drains {
    /** By the member whose operator's gate is closed. */
    private final Map<Member, Drain> going = new HashMap<>();

    /** One member from the closing of its operator's gate to the opening. */
    private static final class Drain {
        /** Those whose wait is not over. */
        final List<DrainWatch> watches = new ArrayList<>();

        /** Whether the member was found with nothing in flight. From then on it has nothing. */
        boolean idle;
    }

    /**
     * Begins a drain, or joins the one that goes on.
     *
     * @param watches who is to be told of its end
     */
    void begin(Member member, List<DrainWatch> watches) {
        going.computeIfAbsent(member, drained -> new Drain()).watches.addAll(watches);
    }

    /**
     * Ends the waits for a member that has nothing in flight.
     *
     * @return whether that is news
     */
    boolean idle(Member member) {
        Drain drain = going.get(member);
        if (drain == null || member.inFlight() > 0) {
            return false;
        }
        boolean news = !drain.idle;
        drain.idle = true;
        tell(drain, member, End.IDLE);
        return news;
    }

    /** Ends the wait of one watch. Returns whether it waited still. */
    boolean expire(Member member, DrainWatch watch) {
        Drain drain = going.get(member);
        if (drain == null || !drain.watches.remove(watch)) {
            return false;
        }
        watch.over(new DrainResult(member.endpoint(), End.DEADLINE, member.inFlight()));
        return true;
    }

    /** Ends the waits, but not the drain, which holds should the member come back. */
    void removed(Member member) {
        Drain drain = going.get(member);
        if (drain != null) {
            tell(drain, member, End.REMOVED);
        }
    }

    /** Ends a drain. */
    void resumed(Member member) {
        Drain drain = going.remove(member);
        if (drain != null) {
            tell(drain, member, End.RESUMED);
        }
    }

    /** Forgets a member that is gone. */
    void forget(Member member) {
        going.remove(member);
    }

    /** Ends all waits for good. */
    void close() {
        going.forEach((member, drain) -> tell(drain, member, End.CLOSED));
        going.clear();
    }

    private static void tell(Drain drain, Member member, End end) {
        for (DrainWatch watch : drain.watches) {
            watch.over(new DrainResult(member.endpoint(), end, end == End.IDLE ? 0 : member.inFlight()));
        }
        drain.watches.clear();
    }
}
