package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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
    private final Members known;
    private final Object lock = new Object();

    /** Guarded by the lock. */
    private final Drains drains = new Drains();

    private final Ejections ejections = new Ejections(this);

    /** Written under the lock. */
    private volatile boolean closed;

    /** The tiers whose health the plan in force ignores. Never changes; written by the builder of the moment. */
    private volatile Set<Integer> panicking = Set.of();

    /** How many changes of gates, weights or members there have been. Written under the lock, after each change. */
    private final AtomicLong flips = new AtomicLong();

    /**
     * @param initialGates the gates that are closed for a backend that no probe has judged yet
     */
    public Roster(String name, Ticker ticker, EventSink events, int initialGates) {
        this.name = name;
        this.ticker = ticker;
        this.events = events;
        this.known = new Members(this, initialGates, drains);
    }

    /** Adds one who hears of the members, and tells it of those that are there. */
    public void observe(MembershipObserver observer) {
        synchronized (lock) {
            known.observe(observer);
        }
    }

    /** Returns what ejects members of this roster. */
    public Ejections ejections() {
        return ejections;
    }

    Member[] members() {
        return known.present();
    }

    /** Returns the members that do not leave, in the order in which they joined. */
    public List<Member> present() {
        return List.of(members());
    }

    /** Tells whether a member has all its gates open. */
    public boolean hasEligible() {
        for (Member member : members()) {
            if (member.isEligible()) {
                return true;
            }
        }
        return false;
    }

    long flips() {
        return flips.get();
    }

    /** Adds a member, or brings one back that is leaving. */
    public void add(Endpoint endpoint) {
        synchronized (lock) {
            requireOpen();
            known.add(endpoint);
        }
    }

    /** Starts the leave of a member. */
    public void remove(Endpoint endpoint) {
        synchronized (lock) {
            requireOpen();
            known.remove(endpoint);
        }
    }

    /** Makes the given endpoints the whole set. */
    public void replace(Collection<Endpoint> endpoints) {
        Set<Endpoint> wanted = known.distinct(endpoints);
        synchronized (lock) {
            requireOpen();
            known.become(wanted, "");
        }
    }

    /**
     * Makes the given endpoints the whole set on the word of a source. From then on an operator's drain is kept for an
     * endpoint that the source drops, and in force when it comes back.
     *
     * @param source stands in the reasons of events
     * @return whether anything has changed; never once the roster is closed
     */
    public boolean follow(Set<Endpoint> wanted, String source) {
        synchronized (lock) {
            long before = flips.get();
            if (!closed) {
                known.follow(wanted, source);
            }
            return flips.get() != before;
        }
    }

    /** Closes or opens the operator's gate. Doing so again changes nothing. */
    public void drain(Endpoint endpoint, boolean drained) {
        if (drained) {
            drain(endpoint, List.of());
        } else {
            synchronized (lock) {
                requireOpen();
                if (!known.forgetDrain(endpoint)) {
                    Member member = known.requireDrained(endpoint);
                    flip(member, Gate.OPERATOR, false, "an operator ended its drain");
                    drains.resumed(member);
                }
            }
        }
    }

    /**
     * Closes the operator's gate, also if it is closed already, and has the drain watched.
     *
     * @param watches who is to be told how it ended
     */
    public Member drain(Endpoint endpoint, List<DrainWatch> watches) {
        synchronized (lock) {
            requireOpen();
            Member member = known.require(endpoint);
            flip(member, Gate.OPERATOR, true, "an operator drains it");
            drains.begin(member, watches);
            known.idle(member);
            return member;
        }
    }

    /** Ends the wait for a drain, whose deadline has passed. */
    public void expire(Member member, DrainWatch watch) {
        synchronized (lock) {
            if (drains.expire(member, watch)) {
                announce(Kind.DRAINED, member, "the deadline has passed with " + member.inFlight() + " in flight");
            }
        }
        events.flush();
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
        return align(member, gate, isClosed, Change.because(reason));
    }

    /** As {@link #align(Member, Gate, BooleanSupplier, String)}, with more to say than a reason. */
    public boolean align(Member member, Gate gate, BooleanSupplier isClosed, Change why) {
        synchronized (lock) {
            return !closed && flip(member, gate, isClosed.getAsBoolean(), why);
        }
    }

    /**
     * Tells why a gate is closed that nobody has closed, because it was so from the start. Leaves the delivery to the next
     * {@link #flushEvents}.
     *
     * @param isSo whether the reason holds, asked under the lock
     */
    public void explain(Member member, Gate gate, BooleanSupplier isSo, Change why) {
        synchronized (lock) {
            if ((member.gates() & gate.bit()) != 0 && isSo.getAsBoolean()) {
                announce(gate.event(true), member, circumstances(why, member, gate, member.snapshot(ticker.nanos())));
            }
        }
    }

    /** Tells the listeners something about a member that is no change of its gates. */
    public void tell(Kind kind, @Nullable Member member, String reason) {
        tell(kind, member, Change.because(reason));
    }

    /** As {@link #tell(Kind, Member, String)}, with more to say than a reason. */
    public void tell(Kind kind, @Nullable Member member, Change why) {
        synchronized (lock) {
            announce(kind, member, why);
        }
        events.flush();
    }

    /** As {@link #tell(Kind, Member, String)}, but leaves the delivery to the next {@link #flushEvents}. */
    void tellLater(Kind kind, String reason) {
        synchronized (lock) {
            announce(kind, null, Change.because(reason));
        }
    }

    /** Delivers the events of changes made before. */
    void flushEvents() {
        events.flush();
    }

    /** Under the lock. */
    boolean flip(Member member, Gate gate, boolean close, String reason) {
        return flip(member, gate, close, Change.because(reason));
    }

    private boolean flip(Member member, Gate gate, boolean close, Change why) {
        int before = member.gates();
        int after = close ? before | gate.bit() : before & ~gate.bit();
        if (after == before) {
            return false;
        }
        if (before == 0) {
            ejections.keepSomebodyIn(member);
        }
        long now = ticker.nanos();
        BackendSnapshot was = member.snapshot(now);
        member.gates(after, now);
        flips.incrementAndGet();
        announce(gate.event(close), member, circumstances(why, member, gate, was));
        if (after == Gate.OUTLIER.bit()) {
            ejections.keepSomebodyIn(null);
        }
        if (gate == Gate.OPERATOR) {
            ejections.keepCap();
        }
        return true;
    }

    /** Adds what only the gates and the panics know. */
    private Change circumstances(Change why, Member member, Gate gate, BackendSnapshot was) {
        BackendState state = member.state();
        boolean isLeftToEnd = state == BackendState.DRAINING || state == BackendState.LEAVING;
        int mask = panicking.contains(member.endpoint().tier()) ? TierStage.PANIC_MASK : Gate.ALL;
        boolean isKeptOut = (member.gates() & mask & ~gate.bit()) != 0;
        Change known = why.with(Flag.NOT_ENFORCED, isKeptOut || (mask & gate.bit()) == 0)
                .with(Flag.PENDING, state != was.state() && isLeftToEnd && member.inFlight() > 0);
        return state == was.state() ? known : known.after(new Before(was.state(), was.inState()));
    }

    /** Has a plan take in what changed in a member, and tells of it. Under the lock. */
    void changed(Kind kind, Member member, String reason) {
        flips.incrementAndGet();
        announce(kind, member, reason);
    }

    /** Under the lock. */
    void readmitted(Member member) {
        known.readmitted(member);
    }

    /** Takes note of the tiers whose health the plan in force ignores. */
    void panicking(Set<Integer> tiers) {
        panicking = tiers;
    }

    /** Takes note of a change of labels. Under the lock. */
    void relabelled() {
        flips.incrementAndGet();
    }

    /** Takes note of who belongs now. Under the lock. */
    void published() {
        flips.incrementAndGet();
        ejections.keepSomebodyIn(null);
        ejections.keepCap();
    }

    /** Ends the leave or the drain of a member if it has nothing in flight any more. */
    void idle(Member member) {
        synchronized (lock) {
            known.idle(member);
        }
        events.flush();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Under the lock. */
    void announce(Kind kind, @Nullable Member member, String reason) {
        announce(kind, member, Change.because(reason));
    }

    /** Under the lock. */
    void announce(Kind kind, @Nullable Member member, Change why) {
        if (closed && kind != Kind.CLOSED) {
            return; // CLOSED is the last event, as promised
        }
        BackendSnapshot snapshot = member == null ? null : member.snapshot(ticker.nanos());
        events.offer(new LoadBalancerEvent(kind, name, ticker.wallTime(), snapshot, why));
    }

    /**
     * Returns the members and their gates at one moment.
     *
     * @param probed whether a prober judges them
     */
    Census census(boolean probed) {
        synchronized (lock) {
            List<Member> present = present();
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

    /** Returns the name of the balancer. */
    public String name() {
        return name;
    }

    long nanos() {
        return ticker.nanos();
    }

    /** Returns the monotonic clock. */
    LongSupplier clock() {
        return ticker::nanos;
    }

    /** Returns the time of day by the balancer's clock. */
    public Instant wallTime() {
        return ticker.wallTime();
    }

    /** Tells whether every change is refused. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Tells whether a member is eligible and known to be good.
     *
     * @param probed whether a prober has to have said so
     */
    public boolean hasReady(boolean probed) {
        for (Member member : members()) {
            // Not merely judged: between the verdict of a first probe that fails and its gate a thread can look.
            if (member.isEligible() && member.passes(probed)) {
                return true;
            }
        }
        return false;
    }

    /** Returns all members as values, also those that leave. */
    public List<BackendSnapshot> snapshot() {
        long now = ticker.nanos();
        synchronized (lock) {
            return known.all().map(member -> member.snapshot(now)).toList();
        }
    }

    /** Returns the members that do not leave as values, without the lock, for the exception of a call. */
    public List<BackendSnapshot> briefing() {
        long now = ticker.nanos();
        return Arrays.stream(members()).map(member -> member.snapshot(now)).toList();
    }

    /** Leaves nobody to pick and refuses every later change. Returns whether this call was the one that did so. */
    public boolean close() {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            closed = true;
            known.close();
            drains.close();
            return true;
        }
    }
}
