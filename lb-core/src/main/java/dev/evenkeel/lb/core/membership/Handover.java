package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.core.pool.Member;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Decides who is in force when a source replaces everyone.
 *
 * <p>If none of those who can be used now is in the new set, they stay until one of the new ones has passed a probe, 30 s at
 * most, counted from the first update that dropped them: further updates meanwhile change who is awaited and not how long. One
 * of the old that is named again ends the wait. Without probes nobody can pass one, and the new set is in force at once;
 * so it is if the new set is empty. The part with rules: takes the moment, and who is there. Not safe for many threads.
 */
final class Handover {
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final boolean probed;

    /** The newest set. */
    private Set<Endpoint> wanted = Set.of();

    /** Who stays although the newest set does not name them; empty unless a handover goes on. */
    private Set<Endpoint> old = Set.of();

    /** Of the newest set, who came during the handover and must pass a probe to end it. */
    private Set<Endpoint> awaited = Set.of();

    private long deadline;

    /**
     * @param probed whether a prober judges the members
     */
    Handover(boolean probed) {
        this.probed = probed;
    }

    boolean isOn() {
        return !old.isEmpty();
    }

    /** Returns in how many nanoseconds the handover ends; only while it is on. */
    long leftNanos(long now) {
        return Math.max(0, deadline - now);
    }

    /** Takes in a new set. Of endpoints that are equal the first counts. */
    void update(Collection<Endpoint> newest, List<Member> present, long now) {
        boolean wasOn = isOn();
        Set<Endpoint> set = new LinkedHashSet<>(newest);
        Set<Endpoint> there = new LinkedHashSet<>();
        Set<Endpoint> usable = new LinkedHashSet<>();
        for (Member member : present) {
            there.add(member.endpoint());
            if (member.isEligible()) {
                usable.add(member.endpoint());
            }
        }
        Set<Endpoint> stay = new LinkedHashSet<>(wasOn ? old : usable);
        stay.removeAll(set);
        Set<Endpoint> joining = new LinkedHashSet<>(set);
        joining.removeIf(endpoint -> there.contains(endpoint) && !awaited.contains(endpoint));
        wanted = set;
        old = set.isEmpty() || !probed ? Set.of() : stay;
        awaited = isOn() ? joining : Set.of();
        if (isOn() && !wasOn) {
            deadline = now + PATIENCE_NANOS;
        }
        review(present, now);
    }

    /** Ends the handover if it is time. Returns whether that is a change. */
    boolean review(List<Member> present, long now) {
        boolean isTime = now - deadline >= 0 || present.stream().anyMatch(this::takesOver);
        if (!isOn() || !isTime) {
            return false;
        }
        old = Set.of();
        awaited = Set.of();
        return true;
    }

    private boolean takesOver(Member member) {
        Endpoint endpoint = member.endpoint();
        return member.isEligible()
                && wanted.contains(endpoint)
                && (!awaited.contains(endpoint) || member.hasPassedSinceItJoined());
    }

    /** Returns who is to be in the roster. */
    Set<Endpoint> inForce() {
        if (!isOn()) {
            return wanted;
        }
        Set<Endpoint> both = new LinkedHashSet<>(wanted);
        both.addAll(old);
        return both;
    }
}
