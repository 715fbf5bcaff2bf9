package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who is in a roster by identity, how they come and how they go. Guarded by the roster's lock but for {@link #present}. */
final class Members {
    private final Roster roster;
    private final int initialGates;
    private final Drains drains;
    private final DrainMemory drainsOfThoseAway = new DrainMemory();
    private final Map<Endpoint, Member> byEndpoint = new LinkedHashMap<>();
    private final List<MembershipObserver> observers = new ArrayList<>();

    /** Whether a source says who belongs, and may bring back whom an operator drained. */
    private boolean followsSource;

    /** The members that do not leave, in the order in which they joined. The array is never written again. */
    private volatile Member[] present = {};

    Members(Roster roster, int initialGates, Drains drains) {
        this.roster = roster;
        this.initialGates = initialGates;
        this.drains = drains;
    }

    /** Returns those that do not leave. Needs no lock. */
    Member[] present() {
        return present;
    }

    /** Returns all, also those that leave, in the order in which they joined. */
    Stream<Member> all() {
        return byEndpoint.values().stream();
    }

    void observe(MembershipObserver observer) {
        observers.add(observer);
        for (Member member : present) {
            observer.joined(member);
        }
    }

    void readmitted(Member member) {
        observers.forEach(observer -> observer.readmitted(member));
    }

    /** Returns the member at an endpoint, not one that leaves. */
    Member require(Endpoint endpoint) {
        Member member = byEndpoint.get(endpoint);
        if (member == null || leaves(member)) {
            throw new IllegalArgumentException(
                    roster.name() + ": " + endpoint + " is no backend here; the backends are " + List.of(present));
        }
        return member;
    }

    /** Returns whose drain is to be ended; with a source also one that leaves, since it may be brought back. */
    Member requireDrained(Endpoint endpoint) {
        Member member = byEndpoint.get(endpoint);
        return followsSource && member != null ? member : require(endpoint);
    }

    /** Forgets that an endpoint was drained when a source dropped it. Returns whether it was. */
    boolean forgetDrain(Endpoint endpoint) {
        return drainsOfThoseAway.take(endpoint);
    }

    void add(Endpoint endpoint) {
        Member known = byEndpoint.get(endpoint);
        if (known != null && !leaves(known)) {
            throw new IllegalArgumentException(roster.name() + ": " + endpoint + " is a backend already");
        }
        join(endpoint, known, "");
        publish();
    }

    void remove(Endpoint endpoint) {
        leave(require(endpoint), "");
        publish();
    }

    /** Returns the endpoints as a set. Needs no lock. */
    Set<Endpoint> distinct(Collection<Endpoint> endpoints) {
        Set<Endpoint> seen = new LinkedHashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (!seen.add(endpoint)) {
                throw new IllegalArgumentException(roster.name() + ": backend " + endpoint + " was given twice");
            }
        }
        return seen;
    }

    /** As {@link #become}, on the word of a source. */
    void follow(Set<Endpoint> wanted, String source) {
        followsSource = true;
        become(wanted, " by " + source);
    }

    /**
     * Makes the given endpoints those that do not leave.
     *
     * @param by who wants it, for the reasons of the events
     */
    void become(Set<Endpoint> wanted, String by) {
        boolean joined = false;
        // The new ones first: while one of either set is up, there is always one to pick.
        try {
            for (Endpoint endpoint : wanted) {
                Member known = byEndpoint.get(endpoint);
                if (known == null || leaves(known)) {
                    joined = true;
                    join(endpoint, known, by);
                } else if (!known.endpoint().hasLabelsOf(endpoint)) {
                    known.endpoint(endpoint);
                    roster.relabelled();
                }
            }
        } finally {
            if (joined) {
                publish(); // also if one of them could not join, as the others are not new to the next try
            }
        }
        boolean left = false;
        for (Member member : present) {
            if (!wanted.contains(member.endpoint())) {
                leave(member, by);
                left = true;
            }
        }
        if (left) {
            publish();
        }
        roster.ejections().keepCap(); // a change of labels can move a member to another tier
    }

    private void join(Endpoint endpoint, @Nullable Member leaving, String by) {
        if (leaving == null) {
            boolean drained = drainsOfThoseAway.take(endpoint);
            int gates = drained ? initialGates | Gate.OPERATOR.bit() : initialGates;
            Member member = new Member(roster, endpoint, gates, roster.nanos());
            roster.announce(Kind.JOINED, member, "added" + by + (drained ? ", still drained by an operator" : ""));
            byEndpoint.put(endpoint, member);
            observers.forEach(observer -> observer.joined(member));
        } else {
            leaving.endpoint(endpoint);
            leaving.joinsAgain();
            roster.flip(leaving, Gate.LEAVING, false, "added again" + by + " while it was leaving");
            observers.forEach(observer -> observer.joined(leaving));
        }
    }

    private void leave(Member member, String by) {
        observers.forEach(observer -> observer.left(member));
        roster.ejections().left(member);
        roster.flip(member, Gate.LEAVING, true, "removed" + by);
        drains.removed(member);
        idle(member);
    }

    /** Ends the leave or the drain of a member if it has nothing in flight any more. */
    void idle(Member member) {
        if (!leaves(member)) {
            if (drains.idle(member)) {
                roster.announce(Kind.DRAINED, member, "nothing is in flight any more");
            }
        } else if (member.inFlight() == 0 && byEndpoint.remove(member.endpoint(), member)) {
            drains.forget(member);
            if (followsSource && (member.gates() & Gate.OPERATOR.bit()) != 0) {
                keepDrain(member.endpoint());
            }
            Before leaving =
                    new Before(member.state(), member.snapshot(roster.nanos()).inState());
            roster.announce(
                    Kind.LEFT, member, Change.because("its last call has ended").after(leaving));
        }
    }

    private void keepDrain(Endpoint endpoint) {
        Endpoint forgotten = drainsOfThoseAway.keep(endpoint);
        if (forgotten != null) {
            roster.announce(
                    Kind.RESUMED,
                    null,
                    "the drain of " + forgotten + " is forgotten, as more than " + DrainMemory.CAPACITY
                            + " drained backends are away");
        }
    }

    /** Lets picks see who joined and who left. */
    private void publish() {
        present = all().filter(member -> !leaves(member)).toArray(Member[]::new);
        roster.published();
    }

    /** Leaves nobody to pick. */
    void close() {
        for (Member member : present) {
            member.gates(member.gates() | Gate.BALANCER.bit(), roster.nanos());
        }
        present = new Member[0];
        roster.published();
    }

    private static boolean leaves(Member member) {
        return (member.gates() & Gate.LEAVING.bit()) != 0;
    }
}
