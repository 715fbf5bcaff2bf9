package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Selector;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pick, and the plan it reads.
 *
 * <p>A pick asks the selector of the published plan and checks the answer's gates, because a gate may have closed after
 * the plan was made. If it has, the pick asks again a few times, and then searches all members itself. It says "none"
 * only after a lap over all members during which the roster's count of flips stood still: two flips never share a
 * rise, so at most one change fell into the lap, and one change cannot hide a backend that was up before or after it.
 * After three disturbed laps it makes one with the gates held still. So "none" is never said while some backend is up
 * at every instant, even if which one changes.
 *
 * <p>Plans are built by whoever finds no build going on; the others only leave word that another is needed, so a burst
 * of changes makes few plans.
 */
public final class Pool {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** Beyond these the plan is plainly out of date, and a lap finds what is to be found. */
    private static final int SECOND_CHANCES = 3;

    private static final int UNDISTURBED_LAPS = 3;

    private final String name;
    private final Roster roster;
    private final Selector.Factory policy;
    private final String policyName;

    /** The one word that picks read. Written by the builder of the moment, see {@link #unbuilt}. */
    private volatile Plan plan;

    /** Where the next lap starts, so that laps too spread over the members. */
    private final AtomicLong laps = new AtomicLong(ThreadLocalRandom.current().nextLong());

    /** Changes that no plan has taken in. Whoever raises it from 0 builds until it is 0 again. */
    private final AtomicInteger unbuilt = new AtomicInteger();

    private final Object published = new Object();

    /** The thread that is inside the policy's factory now, so that a change made from there does not wait for itself. */
    private volatile @Nullable Thread builder;

    /** The first thing the policy did wrong. The first only: one event and one line in the log are enough. */
    private final AtomicReference<@Nullable String> policyFault = new AtomicReference<>();

    /** Makes a pool over a roster. The first plan is empty until {@link #refresh}. */
    public Pool(String name, Roster roster, Selector.Factory policy) {
        this.name = name;
        this.roster = roster;
        this.policy = policy;
        this.policyName = policy.name();
        this.plan = Plan.EMPTY;
    }

    /** Returns the backend for the next attempt, or null if none is eligible. Safe for many threads. */
    public @Nullable Member pick(Attempt attempt) {
        Plan current = plan;
        Member member = ask(current, attempt);
        return member != null ? member : search(current, attempt);
    }

    /**
     * Picks a backend and counts an attempt on it as begun, or returns null if none is eligible.
     *
     * <p>The gates are checked once more after the count. So once a change has returned, no attempt begins on the
     * backend it closed, and one that is drained and has nothing in flight gets nothing any more.
     */
    public @Nullable Member begin(Attempt attempt) {
        // Another round means that a gate closed between two instructions, so each costs a flip.
        while (true) {
            Member member = pick(attempt);
            if (member == null) {
                return null;
            }
            member.begin();
            if ((member.gates & plan.mask()) == 0) {
                return member;
            }
            member.takeBack();
        }
    }

    private @Nullable Member ask(Plan current, Attempt attempt) {
        Backend picked;
        try {
            picked = current.selector().select(attempt);
        } catch (RuntimeException | Error e) {
            blamePolicy(() -> "it threw " + e, e);
            return null;
        }
        if (picked instanceof Member member && member.roster == roster) {
            return (member.gates & current.mask()) == 0 ? member : null;
        }
        if (!current.eligible().isEmpty()) {
            blamePolicy(() -> "it picked " + picked + ", which is not one of its backends", null);
        }
        return null;
    }

    private @Nullable Member search(Plan stale, Attempt attempt) {
        int mask = stale.mask();
        for (int chance = 0; chance < SECOND_CHANCES; chance++) {
            Plan current = plan;
            if (current.eligible().isEmpty()) {
                break;
            }
            Member member = ask(current, attempt);
            if (member != null) {
                return member;
            }
            mask = current.mask();
        }
        return lap(mask);
    }

    private @Nullable Member lap(int mask) {
        long start = laps.getAndIncrement();
        for (int lap = 0; lap < UNDISTURBED_LAPS; lap++) {
            long before = roster.flips();
            Member[] members = roster.members();
            int n = members.length;
            int at = n == 0 ? 0 : (int) Math.floorMod(start, (long) n);
            for (int step = 0; step < n; step++) {
                Member member = members[at];
                if ((member.gates & mask) == 0) {
                    return member;
                }
                at = at + 1 == n ? 0 : at + 1;
            }
            if (roster.flips() == before) {
                return null;
            }
        }
        return roster.searchLocked(mask);
    }

    private void blamePolicy(Supplier<String> what, @Nullable Throwable cause) {
        if (policyFault.get() != null) {
            return;
        }
        String told = tell(what);
        if (policyFault.compareAndSet(null, told)) {
            log.error("{}: policy {} fails, calls go to any live backend: {}", name, policyName, told);
            if (cause != null) {
                log.debug("{}: where policy {} failed", name, policyName, cause);
            }
            roster.tell(Kind.POLICY_FAILED, null, "policy " + policyName + ": " + told);
        }
    }

    /** The words are the policy's too: its backends and its exceptions are asked for them. */
    private static String tell(Supplier<String> what) {
        try {
            return what.get();
        } catch (RuntimeException | Error e) {
            return "it failed, and then failed to say how, with a "
                    + e.getClass().getName();
        }
    }

    /** Returns the first thing the policy did wrong, or null if it has done nothing wrong. */
    public @Nullable String policyFault() {
        return policyFault.get();
    }

    /**
     * Builds and publishes a plan for all changes made before, and tells the listeners what changed. If another thread
     * is building, that one does it and this one goes on.
     */
    public void refresh() {
        if (unbuilt.getAndIncrement() == 0) {
            buildUntilDone();
        }
        roster.flushEvents();
    }

    /**
     * As {@link #refresh}, but returns only when the plan is published; called from the policy's factory, at once.
     */
    public void refreshAndWait() {
        long wanted = roster.flips();
        refresh();
        if (Thread.currentThread() == builder) {
            return;
        }
        boolean interrupted = false;
        while (plan.flips() - wanted < 0) {
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
            while (plan.flips() - wanted < 0 && unbuilt.get() != 0) {
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
        Plan next = Plan.of(plan.version() + 1, roster.census());
        if (!next.eligible().isEmpty()) {
            next = next.withSelector(selector(next));
        }
        synchronized (published) {
            plan = next;
            published.notifyAll();
        }
        roster.tellLater(
                Kind.PLAN_PUBLISHED,
                "plan " + next.version() + " with " + next.eligible().size() + " eligible");
    }

    private Selector selector(Plan next) {
        try {
            return Objects.requireNonNull(policy.create(Candidates.of(next.eligible())), "create returned null");
        } catch (RuntimeException | Error e) {
            blamePolicy(() -> "it makes no selector for " + next.eligible().size() + " backends: " + e, e);
            return next.selector();
        }
    }

    /** Returns the name of the policy. */
    public String policyName() {
        return policyName;
    }

    /** Returns how many plans there have been. */
    public long planVersion() {
        return plan.version();
    }
}
