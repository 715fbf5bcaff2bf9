package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A backend of a {@link Roster}: its gates, counters and health, kept for as long as its endpoint is known. Read from
 * any thread; gates and state are written by the roster alone, under its lock.
 */
public final class Member extends Gated implements Backend {
    private static final AtomicLongFieldUpdater<Member> BEGUN =
            AtomicLongFieldUpdater.newUpdater(Member.class, "begun");
    private static final AtomicLongFieldUpdater<Member> ENDED =
            AtomicLongFieldUpdater.newUpdater(Member.class, "ended");
    private static final AtomicLongFieldUpdater<Member> FAILED =
            AtomicLongFieldUpdater.newUpdater(Member.class, "failed");
    private static final AtomicLongFieldUpdater<Member> RESENT =
            AtomicLongFieldUpdater.newUpdater(Member.class, "resent");

    /** The gates behind which somebody waits for the last attempt to end. */
    private static final int IDLE_MATTERS = Gate.LEAVING.bit() | Gate.OPERATOR.bit();

    /** The same place always, the newest weight. Written under the roster's lock. */
    private volatile Endpoint endpoint;

    /** What {@link #gates} mean and since when. Written under the roster's lock. */
    private volatile Condition condition;

    /** Why it is ejected; null if it is not. Guarded by the roster's lock; {@link #condition} is what others see of it. */
    private @Nullable Ejected ejection;

    /** The slot for an attempt that tries it, while it is half-open. Guarded by the roster's lock. */
    private @Nullable Trial trial;

    /** Who hears how the attempts on it go, or null. Written once, when it joins. */
    private volatile @Nullable AttemptObserver attempts;

    /** Written by the prober alone. */
    private volatile BackendHealth health = BackendHealth.UNCHECKED;

    /** Whether a probe has judged it since it joined, or came back while it was leaving. Set by the prober after the health. */
    private volatile boolean judged;

    /** Attempts begun and ended; what is in flight is the difference. Ended only rises and never passes begun. */
    private volatile long begun;

    private volatile long ended;
    private volatile long failed;
    private volatile long resent;

    /** What the policy wants to be told; null until it was asked, and if it wants nothing. Written by the plan's builder. */
    private volatile @Nullable Feedback feedback;

    /** Whether the policy was asked. Touched by the plan's builder only. */
    private boolean introduced;

    Member(Roster roster, Endpoint endpoint, int gates, long now) {
        super(roster, gates);
        this.endpoint = endpoint;
        this.condition = new Condition(state(gates), now, 0, null);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Returns the name of the balancer whose member this is. */
    public String balancer() {
        return roster.name();
    }

    @Override
    public int weight() {
        return endpoint.weight();
    }

    @Override
    public int inFlight() {
        // Ended first: what ends between the two reads then counts as in flight, and the result is never negative.
        long done = ended;
        return (int) Math.min(Integer.MAX_VALUE, begun - done);
    }

    @Override
    public boolean isEligible() {
        return gates == 0;
    }

    /** Returns how often the state has changed. What was begun before the last change says nothing about it. */
    public int changes() {
        return condition.number;
    }

    /** Returns the closed gates as bits. */
    public int gates() {
        return gates;
    }

    /**
     * Counts an attempt as begun if it has room and none of the given gates is closed, both before and after the count.
     *
     * @param room how many attempts may be in flight, this one included
     */
    public boolean begin(long room, int mask) {
        if (!reserve(room)) {
            return false;
        }
        if ((gates & mask) == 0) {
            return true;
        }
        BEGUN.getAndDecrement(this);
        tellIfIdle();
        return false;
    }

    private boolean reserve(long room) {
        if (room == Long.MAX_VALUE) {
            BEGUN.getAndIncrement(this);
            return true;
        }
        while (true) {
            // Ended first: what ends between the two reads then counts as in flight, so the room is never exceeded.
            long done = ended;
            long now = begun;
            if (now - done >= room) {
                if (ended == done) {
                    return false;
                }
                continue; // or one that ended and another that began since would have been counted as two
            }
            if (BEGUN.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    /** Counts an attempt as ended. */
    public void end() {
        ENDED.getAndIncrement(this);
        tellIfIdle();
    }

    /** After each change of the count: the gate is looked at after it, and the roster counts after it has closed the gate. */
    private void tellIfIdle() {
        if ((gates & IDLE_MATTERS) != 0 && inFlight() == 0) {
            roster.idle(this);
        }
    }

    /** Counts an attempt as failed by the backend's fault. */
    public void fail() {
        FAILED.getAndIncrement(this);
    }

    /** Counts a request that was sent again within an attempt. */
    public void resend() {
        RESENT.getAndIncrement(this);
    }

    /** Returns what the policy wants to be told, or null. */
    public @Nullable Feedback feedback() {
        return feedback;
    }

    /** Only for the builder of plans. */
    void feedback(@Nullable Feedback wanted) {
        introduced = true;
        feedback = wanted;
    }

    /** Only for the builder of plans. */
    boolean isNewToPolicy() {
        return !introduced;
    }

    /** Tells whether the probes, if there are any, last found it well. */
    public boolean passes(boolean probed) {
        BackendHealth latest = health;
        return !probed || (latest.checked() && latest.failuresInARow() == 0);
    }

    /** Returns what the probes last said. */
    public BackendHealth health() {
        return health;
    }

    /** Sets what the probes last said. Only for the prober. */
    public void health(BackendHealth latest) {
        health = latest;
        judged = true;
    }

    /** Tells whether the last probe found it well, and was begun after it had last joined. */
    public boolean hasPassedSinceItJoined() {
        return judged && passes(true);
    }

    /** Comes back while it was leaving, with a health that is no news. Under the roster's lock. */
    void joinsAgain() {
        judged = false;
    }

    /** Under the roster's lock. */
    void endpoint(Endpoint samePlace) {
        endpoint = samePlace;
    }

    /** Under the roster's lock. */
    void gates(int changed, long now) {
        BackendState after = state(changed);
        Condition before = condition;
        gates = changed;
        if (after != before.state) {
            condition = new Condition(after, now, before.number + 1, ejection);
        } else if (!Objects.equals(ejection, before.ejection)) {
            condition = new Condition(after, before.sinceNanos, before.number, ejection);
        }
    }

    /** Sets why it is ejected. Others see it with the next change of {@link #gates(int, long)}. Under the roster's lock. */
    void ejection(@Nullable Ejected latest) {
        ejection = latest;
    }

    /** Under the roster's lock. */
    @Nullable
    Ejected ejection() {
        return ejection;
    }

    /** Opens the slot for a trial, or takes it away. Under the roster's lock. */
    void trial(@Nullable Trial next) {
        if (trial != null) {
            trial.end();
        }
        trial = next;
    }

    /** Under the roster's lock. */
    @Nullable
    Trial trial() {
        return trial;
    }

    /** Sets who hears how the attempts on it go. */
    public void attempts(AttemptObserver observer) {
        attempts = observer;
    }

    /** Returns who hears how the attempts on it go, or null. */
    public @Nullable AttemptObserver attempts() {
        return attempts;
    }

    private static BackendState state(int gates) {
        if ((gates & Gate.LEAVING.bit()) != 0) {
            return BackendState.LEAVING;
        }
        if ((gates & Gate.OPERATOR.bit()) != 0) {
            return BackendState.DRAINING;
        }
        if ((gates & Gate.PROBE.bit()) != 0) {
            return BackendState.DOWN;
        }
        return (gates & Gate.OUTLIER.bit()) != 0 ? BackendState.EJECTED : BackendState.UP;
    }

    /** Returns what it is allowed to do. */
    BackendState state() {
        return condition.state;
    }

    /** Under the roster's lock. */
    Standing standing(boolean probed) {
        return new Standing(this, endpoint, gates, condition.sinceNanos, !probed || health.checked());
    }

    /** Returns the state as values. */
    public BackendSnapshot snapshot(long now) {
        Condition current = condition;
        // Who was also down for a while has not been readmitted in between.
        Ejected out = current.state == BackendState.EJECTED ? current.ejection : null;
        long since = out == null ? current.sinceNanos : out.sinceNanos();
        Duration inState = Duration.ofNanos(Math.max(0, now - since));
        String why = out == null ? "" : out.reason();
        BackendTraffic traffic = new BackendTraffic(inFlight(), begun, failed, resent);
        return new BackendSnapshot(endpoint, current.state, inState, health, why, traffic);
    }

    @Override
    public String toString() {
        return endpoint + " " + condition.state;
    }

    private record Condition(
            BackendState state,
            long sinceNanos,
            int number,
            @Nullable Ejected ejection) {}
}
