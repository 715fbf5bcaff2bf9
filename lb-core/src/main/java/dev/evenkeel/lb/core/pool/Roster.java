package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The members of one balancer by identity, and their gates.
 *
 * <p>Every change happens under one short lock that no user code runs under, and is followed by a rise of {@link
 * #flips}. Between two rises there is thus exactly one change, which is what lets a lap that saw no rise say "none":
 * see {@link Pool}.
 */
public final class Roster {
    private final String name;
    private final Ticker ticker;
    private final EventSink events;
    private final int initialGates;
    private final Object lock = new Object();

    /** Guarded by the lock. Also holds members that leave. */
    private final Map<Endpoint, Member> byEndpoint = new LinkedHashMap<>();

    /** Guarded by the lock. */
    private final List<MembershipObserver> observers = new ArrayList<>();

    private final Ejections ejections = new Ejections(this);

    /** Written under the lock. */
    private volatile boolean closed;

    /** The members that do not leave, in the order in which they joined. The array is never written again. */
    private volatile Member[] members = {};

    /** How many changes of gates, weights or members there have been. Written under the lock, after each change. */
    private final AtomicLong flips = new AtomicLong();

    /**
     * @param initialGates the gates that are closed for a backend that no probe has judged yet
     */
    public Roster(String name, Ticker ticker, EventSink events, int initialGates) {
        this.name = name;
        this.ticker = ticker;
        this.events = events;
        this.initialGates = initialGates;
    }

    /** Adds one who hears of the members, and tells it of those that are there. */
    public void observe(MembershipObserver observer) {
        synchronized (lock) {
            observers.add(observer);
            for (Member member : members) {
                observer.joined(member);
            }
        }
    }

    /** Returns what ejects members of this roster. */
    public Ejections ejections() {
        return ejections;
    }

    Member[] members() {
        return members;
    }

    long flips() {
        return flips.get();
    }

    /** Adds a member, or brings one back that is leaving. */
    public void add(Endpoint endpoint) {
        synchronized (lock) {
            requireOpen();
            Member known = byEndpoint.get(endpoint);
            if (known != null && !leaves(known)) {
                throw new IllegalArgumentException(name + ": " + endpoint + " is a backend already");
            }
            join(endpoint, known);
            publish();
        }
    }

    /** Starts the leave of a member. */
    public void remove(Endpoint endpoint) {
        synchronized (lock) {
            leave(require(endpoint));
            publish();
        }
    }

    /** Makes the given endpoints the whole set. */
    public void replace(Collection<Endpoint> endpoints) {
        Set<Endpoint> wanted = distinct(endpoints);
        synchronized (lock) {
            requireOpen();
            // The new ones first: while one of either set is up, there is always one to pick.
            for (Endpoint endpoint : wanted) {
                Member known = byEndpoint.get(endpoint);
                if (known == null || leaves(known)) {
                    join(endpoint, known);
                } else if (!known.endpoint().hasLabelsOf(endpoint)) {
                    known.endpoint(endpoint);
                    flips.incrementAndGet();
                }
            }
            publish();
            for (Member member : members) {
                if (!wanted.contains(member.endpoint())) {
                    leave(member);
                }
            }
            publish();
        }
    }

    private Set<Endpoint> distinct(Collection<Endpoint> endpoints) {
        Set<Endpoint> seen = new LinkedHashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (!seen.add(endpoint)) {
                throw new IllegalArgumentException(name + ": backend " + endpoint + " was given twice");
            }
        }
        return seen;
    }

    /** Closes or opens the operator's gate. Doing so again changes nothing. */
    public void drain(Endpoint endpoint, boolean drained) {
        synchronized (lock) {
            Member member = require(endpoint);
            flip(member, Gate.OPERATOR, drained, drained ? "an operator drains it" : "an operator ended its drain");
        }
    }

    /**
     * Brings a gate in line with its authority.
     *
     * @param isClosed the authority's present word, asked under the lock, so that of two verdicts that cross the later
     *     one stands
     * @param reason why, for the event
     * @return whether this call changed the gate
     */
    public boolean align(Member member, Gate gate, BooleanSupplier isClosed, String reason) {
        synchronized (lock) {
            return !closed && flip(member, gate, isClosed.getAsBoolean(), reason);
        }
    }

    /** Tells the listeners something about a member that is no change of its gates. */
    public void tell(Kind kind, @Nullable Member member, String reason) {
        synchronized (lock) {
            announce(kind, member, reason);
        }
        events.flush();
    }

    /** As {@link #tell}, but leaves the delivery to the next {@link #flushEvents}. */
    void tellLater(Kind kind, String reason) {
        synchronized (lock) {
            announce(kind, null, reason);
        }
    }

    /** Delivers the events of changes made before. */
    void flushEvents() {
        events.flush();
    }

    /** Under the lock. */
    boolean flip(Member member, Gate gate, boolean close, String reason) {
        int before = member.gates();
        int after = close ? before | gate.bit() : before & ~gate.bit();
        if (after == before) {
            return false;
        }
        if (before == 0) {
            ejections.keepSomebodyIn(member);
        }
        member.gates(after, ticker.nanos());
        changed(gate.event(close), member, reason);
        if (after == Gate.OUTLIER.bit()) {
            ejections.keepSomebodyIn(null);
        }
        return true;
    }

    /** Has a plan take in what changed in a member, and tells of it. Under the lock. */
    void changed(Kind kind, Member member, String reason) {
        flips.incrementAndGet();
        announce(kind, member, reason);
    }

    /** Under the lock. */
    void readmitted(Member member) {
        observers.forEach(observer -> observer.readmitted(member));
    }

    private void join(Endpoint endpoint, @Nullable Member leaving) {
        if (leaving == null) {
            Member member = new Member(this, endpoint, initialGates, ticker.nanos());
            byEndpoint.put(endpoint, member);
            announce(Kind.JOINED, member, "added");
            observers.forEach(observer -> observer.joined(member));
        } else {
            leaving.endpoint(endpoint);
            flip(leaving, Gate.LEAVING, false, "added again while it was leaving");
            observers.forEach(observer -> observer.joined(leaving));
        }
    }

    private void leave(Member member) {
        observers.forEach(observer -> observer.left(member));
        ejections.left(member);
        flip(member, Gate.LEAVING, true, "removed");
        forgetIfIdleLocked(member);
    }

    /** Ends the leave of a member that has nothing in flight any more. */
    void forgetIfIdle(Member member) {
        synchronized (lock) {
            forgetIfIdleLocked(member);
        }
        events.flush();
    }

    private void forgetIfIdleLocked(Member member) {
        if (leaves(member) && member.inFlight() == 0 && byEndpoint.remove(member.endpoint(), member)) {
            announce(Kind.LEFT, member, "its last call has ended");
        }
    }

    /** Lets picks see who joined and who left. */
    private void publish() {
        members = byEndpoint.values().stream().filter(member -> !leaves(member)).toArray(Member[]::new);
        flips.incrementAndGet();
        ejections.keepSomebodyIn(null);
    }

    private static boolean leaves(Member member) {
        return (member.gates() & Gate.LEAVING.bit()) != 0;
    }

    private Member require(Endpoint endpoint) {
        requireOpen();
        Member member = byEndpoint.get(endpoint);
        if (member == null || leaves(member)) {
            throw new IllegalArgumentException(
                    name + ": " + endpoint + " is no backend here; the backends are " + List.of(members));
        }
        return member;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    private void announce(Kind kind, @Nullable Member member, String reason) {
        if (closed && kind != Kind.CLOSED) {
            return; // CLOSED is the last event, as promised
        }
        BackendSnapshot snapshot = member == null ? null : member.snapshot(ticker.nanos());
        events.offer(new LoadBalancerEvent(kind, name, ticker.wallTime(), snapshot, reason));
    }

    /**
     * Returns the members and their gates at one moment.
     *
     * @param probed whether a prober judges them
     */
    Census census(boolean probed) {
        synchronized (lock) {
            List<Member> present = List.of(members);
            return new Census(
                    flips.get(),
                    ticker.nanos(),
                    present,
                    present.stream().map(member -> member.standing(probed)).toList(),
                    present.stream().map(Member::trial).filter(Objects::nonNull).toList());
        }
    }

    /** Does short work of ours with every gate held still. */
    <T extends @Nullable Object> T holdingStill(Supplier<T> work) {
        synchronized (lock) {
            return work.get();
        }
    }

    /** Returns the monotonic clock. */
    LongSupplier clock() {
        return ticker::nanos;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns all members as values, also those that leave. */
    public List<BackendSnapshot> snapshot() {
        long now = ticker.nanos();
        synchronized (lock) {
            return byEndpoint.values().stream()
                    .map(member -> member.snapshot(now))
                    .toList();
        }
    }

    /** Returns the members that do not leave as values, without the lock, for the exception of a call. */
    public List<BackendSnapshot> briefing() {
        long now = ticker.nanos();
        return Arrays.stream(members).map(member -> member.snapshot(now)).toList();
    }

    /** Leaves nobody to pick and refuses every later change. Returns whether this call was the one that did so. */
    public boolean close() {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            closed = true;
            for (Member member : members) {
                member.gates(member.gates() | Gate.BALANCER.bit(), ticker.nanos());
            }
            members = new Member[0];
            flips.incrementAndGet();
            return true;
        }
    }
}
