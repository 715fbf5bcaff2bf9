package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.api.Verdict.Result;
import dev.evenkeel.lb.core.health.Probe.Stage;
import dev.evenkeel.lb.core.health.Target.Transition;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Probes the members and keeps their {@link dev.evenkeel.lb.core.pool.Gate#PROBE} gates. Safe for many threads.
 *
 * <p>For each member either a timer runs, or a probe is due and unanswered. The answer or the deadline, whichever is
 * first, makes the verdict and starts the timer again. One short lock guards all of it. The roster calls in under its
 * own lock, so nothing here calls the roster, or a user's code, while it holds this one.
 */
public final class Prober implements MembershipObserver, AutoCloseable {
    /** How long a thread has to heed its interrupt before it is told as abandoned. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** Virtual threads share few real ones, and name resolution or a spinning checker can hold them all. */
    private static final String STARVED = "its thread did not get to run before the timeout";

    private final HealthCheck check;
    private final Gatekeeper gatekeeper;
    private final Clockwork clockwork;
    private final Asker asker;
    private final Timetable timetable;
    private final long timeout;
    private final String noAnswer;

    private final Object lock = new Object();

    /** Guarded by the lock. Emptied by the close. */
    private final Map<Endpoint, Target> targets = new HashMap<>();

    /** Guarded by the lock. */
    private final Line line;

    /** Guarded by the lock. Nothing is scheduled or started once it is set. */
    private boolean closed;

    private Prober(HealthCheck check, Gatekeeper gatekeeper, Clockwork clockwork, Asker asker, Random random) {
        Duration limit = check.cadence().timeout();
        this.check = check;
        this.gatekeeper = gatekeeper;
        this.clockwork = clockwork;
        this.asker = asker;
        this.timetable = new Timetable(check.cadence(), random);
        this.timeout = limit.toNanos();
        this.noAnswer = "no answer within "
                + (limit.toMillis() % 1_000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms");
        this.line = new Line(check.maxConcurrentProbes());
    }

    /** Starts to probe the members of a roster, those that are there and those that join. */
    public static Prober start(HealthCheck check, Roster roster, Pool pool, Ticker ticker, Scheduler scheduler) {
        Asker asker = new ProbeThreads(check.checker(), check.cadence().timeout(), scheduler.workers("probe"));
        Clockwork clockwork = new Clockwork(ticker, scheduler);
        Prober prober = of(check, new Gatekeeper(roster, pool), clockwork, asker, scheduler.chance());
        roster.observe(prober);
        return prober;
    }

    /** Returns a prober with the given threads and randomness, which has yet to hear of its members. */
    static Prober of(HealthCheck check, Gatekeeper gatekeeper, Clockwork clockwork, Asker asker, Random random) {
        return new Prober(check, gatekeeper, clockwork, asker, random);
    }

    @Override
    public void joined(Member member) {
        synchronized (lock) {
            if (!closed) {
                Target target = new Target(member, check.thresholds());
                targets.put(member.endpoint(), target);
                wake(target, timetable.anew(clockwork.now()));
            }
        }
    }

    @Override
    public void left(Member member) {
        synchronized (lock) {
            Target target = targets.remove(member.endpoint());
            if (target == null) {
                return;
            }
            target.gone = true;
            target.timer.cancel();
            Probe probe = target.probe;
            target.probe = null;
            if (probe != null) {
                probe.timer.cancel();
                if (probe.stage == Stage.RUNNING) {
                    line.gaveUp(probe);
                    // Not here, under the roster's lock: an interrupt can run the close of a channel.
                    probe.timer = clockwork.in(0, () -> dismissed(probe));
                }
            }
        }
    }

    /**
     * Takes in that a call could not connect: one failed probe, and the next real one is due now, or a second after the
     * last that traffic asked for. Cheap; runs no probe on this thread.
     */
    public void unreachable(Member member, Throwable cause) {
        Verdict verdict = Diagnosis.of(cause);
        Transition change;
        synchronized (lock) {
            Target target = targets.get(member.endpoint());
            if (target == null || target.member != member || verdict.result() == Result.NONE) {
                return;
            }
            change = target.hear(verdict);
            long wanted = Timetable.asked(target.asked, clockwork.now());
            if (target.probe == null && wanted - target.due < 0) {
                target.asked = wanted;
                wake(target, wanted);
            }
        }
        gatekeeper.enforce(change);
    }

    /** Sets the timer of a target that has no probe. Under the lock. */
    private void wake(Target target, long due) {
        target.timer.cancel();
        target.due = due;
        int turn = ++target.turn;
        target.timer = clockwork.in(due - clockwork.now(), () -> due(target, turn));
    }

    private void due(Target target, int turn) {
        synchronized (lock) {
            if (closed || target.gone || turn != target.turn) {
                return;
            }
            long now = clockwork.now();
            if (Timetable.isPause(target.due, now)) {
                wake(target, timetable.anew(now));
                return;
            }
            Probe probe = new Probe(target, asker, this::ended);
            target.probe = probe;
            if (line.isBlocked(probe.endpoint)) {
                probe.stage = Stage.BLOCKED;
                setDeadline(probe);
            } else {
                line.add(probe);
            }
        }
        startDue();
    }

    /** Under the lock. */
    private void setDeadline(Probe probe) {
        probe.deadline = clockwork.now() + timeout;
        probe.timer = clockwork.in(timeout, () -> expired(probe));
    }

    /** Starts what there is room for. */
    private void startDue() {
        for (Probe probe = admit(); probe != null; probe = admit()) {
            try {
                probe.asking.start();
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // The balancer is closing, or the machine has no more threads. The backend has done nothing wrong.
                ended(probe, Verdict.none("no thread to probe with: " + e));
            }
        }
    }

    private @Nullable Probe admit() {
        synchronized (lock) {
            Probe probe = closed ? null : line.admit();
            if (probe != null) {
                setDeadline(probe);
                probe.flight.begin();
            }
            return probe;
        }
    }

    /** Takes in that the thread of a probe is free again, and what it found. */
    private void ended(Probe probe, Verdict verdict) {
        Member member = probe.target.member;
        Transition change = null;
        long now = clockwork.now();
        boolean inTime = false;
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (line.unstuck(probe)) {
                probe.timer.cancel();
                unblock(probe.endpoint);
            } else if (probe.target.probe == probe) {
                probe.timer.cancel();
                line.answered();
                inTime = now - probe.deadline <= 0;
                change = settle(probe, inTime ? verdict : Verdict.fail(noAnswer), now);
            }
        }
        if (inTime && verdict.result() == Result.NONE) {
            gatekeeper.tellOurFault(member, verdict.reason(), now);
        }
        gatekeeper.enforce(change);
        startDue();
    }

    /** Under the lock. */
    private void unblock(Endpoint endpoint) {
        Target target = targets.get(endpoint);
        Probe next = target == null ? null : target.probe;
        if (next != null && next.stage == Stage.BLOCKED) {
            next.timer.cancel();
            line.add(next);
        }
    }

    private void expired(Probe probe) {
        boolean running = false;
        boolean starved = false;
        Transition change;
        long now = clockwork.now();
        synchronized (lock) {
            // The last two: this timer was cancelled too late, and the probe has left its block in the meantime.
            if (closed || probe.target.probe != probe || probe.stage == Stage.QUEUED || now - probe.deadline < 0) {
                return;
            }
            String reason = noAnswer + ", the probe before it goes on";
            if (probe.stage == Stage.RUNNING) {
                running = true;
                line.gaveUp(probe);
                reason = noAnswer;
                starved = !probe.asking.hasBegun();
            }
            change = settle(probe, starved ? Verdict.none(STARVED) : Verdict.fail(reason), now);
        }
        if (starved) {
            gatekeeper.tellOurFault(probe.target.member, STARVED, now);
        }
        gatekeeper.enforce(change);
        if (running) {
            dismissed(probe);
        }
    }

    /** Interrupts a probe that has lost its place, and looks later whether that has helped. */
    private void dismissed(Probe probe) {
        probe.asking.interrupt();
        synchronized (lock) {
            if (!closed && line.isStuck(probe)) {
                probe.timer = clockwork.in(PATIENCE, () -> abandoned(probe));
            }
        }
        startDue();
    }

    private void abandoned(Probe probe) {
        int stuck;
        synchronized (lock) {
            if (closed || !line.isStuck(probe)) {
                return;
            }
            stuck = line.stuck().size();
        }
        gatekeeper.tellAbandoned(probe.target.member, stuck);
    }

    /** Takes in a verdict and starts the timer for the next probe. Under the lock. */
    private @Nullable Transition settle(Probe probe, Verdict verdict, long now) {
        Target target = probe.target;
        target.probe = null;
        if (Timetable.isPause(probe.deadline, now)) {
            wake(target, timetable.anew(now));
            return null;
        }
        Transition change = target.hear(verdict);
        wake(target, timetable.next(target.due, now, target.state.phase()));
        probe.flight.end(target.member.balancer(), probe.endpoint, verdict);
        return change;
    }

    /** Cancels every timer and interrupts every probe. Waits for none. Closing again changes nothing. */
    @Override
    public void close() {
        List<Probe> open;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = new ArrayList<>(line.stuck());
            for (Target target : targets.values()) {
                target.timer.cancel();
                if (target.probe != null) {
                    open.add(target.probe);
                }
            }
            open.forEach(probe -> probe.timer.cancel());
            targets.clear();
        }
        open.forEach(probe -> probe.asking.interrupt());
    }
}
