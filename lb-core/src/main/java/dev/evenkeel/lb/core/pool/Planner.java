package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.flight.Flight;
import dev.evenkeel.lb.core.flight.Flight.Planning;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the published plan up to date. Plans are built by whoever finds no build going on; the others only leave word
 * that another is needed, so a burst of changes makes few plans.
 */
final class Planner {
    private final Roster roster;
    private final PlanBuilder plans;
    private final Consumer<Plan> publish;
    private final @Nullable Scheduler timer;

    /** Changes that no plan has taken in. Whoever raises it from 0 builds until it is 0 again. */
    private final AtomicInteger unbuilt = new AtomicInteger();

    private final Object published = new Object();

    /** The last plan that was published. Written by the builder of the moment. */
    private volatile Plan last = Plan.EMPTY;

    /** The thread that is inside the policy's factory now, so that a change made from there does not wait for itself. */
    private volatile @Nullable Thread builder;

    /** The tiers whose health the last plan ignores. Touched by the builder of the moment. */
    private Map<Integer, Panic> panicking = Map.of();

    /** The build that time alone will ask for. Touched by the builder of the moment. */
    private @Nullable Cancellable due;

    Planner(Roster roster, PlanBuilder plans, Consumer<Plan> publish, @Nullable Scheduler timer) {
        this.roster = roster;
        this.plans = plans;
        this.publish = publish;
        this.timer = timer;
    }

    boolean waitsForVerdicts() {
        return plans.waitsForVerdicts();
    }

    /**
     * Builds and publishes a plan for all changes made before, and tells the listeners what changed. If another thread
     * is building, that one does it and this one goes on.
     */
    void refresh() {
        if (unbuilt.getAndIncrement() == 0) {
            buildUntilDone();
        }
        roster.flushEvents();
    }

    /**
     * As {@link #refresh}, but returns only when the plan is published; called from the policy's factory, at once.
     */
    void refreshAndWait() {
        long wanted = roster.flips();
        refresh();
        if (Thread.currentThread() == builder) {
            return;
        }
        boolean interrupted = false;
        while (last.flips - wanted < 0) {
            if (unbuilt.get() == 0) {
                refresh(); // the thread that was building broke off
            } else {
                interrupted |= awaitPlan(wanted);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the plan has come or nobody builds it; returns whether the wait was interrupted. */
    private boolean awaitPlan(long wanted) {
        boolean interrupted = false;
        synchronized (published) {
            while (last.flips - wanted < 0 && unbuilt.get() != 0) {
                try {
                    published.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        return interrupted;
    }

    private void buildUntilDone() {
        int taken = 1;
        boolean done = false;
        try {
            do {
                builder = Thread.currentThread();
                build();
                builder = null;
                taken = unbuilt.addAndGet(-taken);
            } while (taken != 0);
            done = true;
        } finally {
            if (!done) {
                // Only an Error of the machine, such as no memory, gets here. The next change must build again.
                builder = null;
                unbuilt.set(0);
                synchronized (published) {
                    published.notifyAll();
                }
            }
        }
    }

    private void build() {
        Plan before = last;
        Planning flight = Flight.planning();
        PlanBuilder.Built built = plans.build(before.version + 1);
        Plan next = built.plan();
        synchronized (published) {
            publish.accept(next);
            last = next;
            published.notifyAll();
        }
        Map<Integer, Panic> panics = Panic.of(built.layout());
        roster.panicking(panics.keySet());
        tell(next, panics);
        comeBackIn(built.layout().nextChangeNanos());
        flight.published(roster.name(), next.snapshot());
    }

    private void comeBackIn(long nanos) {
        if (due != null) {
            due.cancel();
            due = null;
        }
        if (timer != null && nanos != Long.MAX_VALUE) {
            due = timer.schedule(this::refresh, Math.max(nanos, plans.leastHoldNanos()));
        }
    }

    private void tell(Plan next, Map<Integer, Panic> panics) {
        panics.forEach((tier, panic) -> {
            if (!panicking.containsKey(tier)) {
                roster.tellLater(Kind.PANIC_ON, panic + ", their health is ignored");
            }
        });
        panicking.forEach((tier, panic) -> {
            if (!panics.containsKey(tier)) {
                roster.tellLater(Kind.PANIC_OFF, "the health of tier " + tier + " counts again");
            }
        });
        panicking = panics;
        roster.tellLater(Kind.PLAN_PUBLISHED, "plan " + next.version + " with " + next.eligibleCount() + " eligible");
    }
}
