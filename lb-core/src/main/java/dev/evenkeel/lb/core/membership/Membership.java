package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.SourceSnapshot;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.PoolObserver;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the members of a balancer in line with a source. Safe for many threads.
 *
 * <p>Whatever happens, an answer, a change in the pool or a timer, only asks for a turn. A turn looks at everything there is
 * to decide and at the clock, and sets the timer for what it found too early; there is one at a time, on a thread of its
 * own. So what a turn decides needs no lock, and a flood of answers makes few turns.
 */
public final class Membership implements PoolObserver, AutoCloseable {
    /** How often a set is put in force at most: often enough for people, seldom enough for a source gone wild. */
    private static final long BETWEEN_SETS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How often a source is asked at most while nobody is usable. */
    private static final long BETWEEN_QUESTIONS = TimeUnit.SECONDS.toNanos(5);

    /** When a turn that broke off is tried again. */
    private static final long NEXT_TRY = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final EndpointSource source;
    private final String sourceName;
    private final Roster roster;
    private final Pool pool;
    private final Clockwork clockwork;
    private final Turns turns;
    private final Answers answers = new Answers();
    private final SourceState state;

    /** Touched in a turn only, as are the others without a word on it. */
    private final Handover handover;

    private final Pace sets = new Pace(BETWEEN_SETS);
    private final Pace questions = new Pace(BETWEEN_QUESTIONS);

    /** How many endpoints the newest set had; below 0 before the first one. */
    private int size = -1;

    /** Whether putting a set in force was begun and has not ended. */
    private boolean brokeOff;

    /** Whether a change in the pool may matter here. */
    private volatile boolean handsOver;

    /** Written under this. */
    private volatile boolean closed;

    /** Written under this. Null until the source is being watched. */
    private volatile @Nullable Watching watching;

    /** Guarded by this. */
    private Cancellable timer = () -> {};

    private Membership(EndpointSource source, Roster roster, Pool pool, Ticker ticker, Scheduler scheduler) {
        this.source = source;
        this.sourceName = source.name();
        this.roster = roster;
        this.pool = pool;
        this.clockwork = Clockwork.of(ticker, scheduler);
        this.turns = new Turns(roster.name(), scheduler.thread("membership"), scheduler, this::turn);
        this.state = new SourceState(sourceName, roster, ticker);
        this.handover = new Handover(pool.isProbed());
    }

    /** Starts to watch a source. What it says while it is told to watch is in force when this returns. */
    public static Membership start(
            EndpointSource source, Roster roster, Pool pool, Ticker ticker, Scheduler scheduler) {
        Membership membership = new Membership(source, roster, pool, ticker, scheduler);
        pool.observe(membership);
        membership.turns.runHere();
        return membership;
    }

    /** Returns the name of the source. */
    public String sourceName() {
        return sourceName;
    }

    /** Returns the source as values. */
    public SourceSnapshot source() {
        return state.snapshot();
    }

    @Override
    public void changed() {
        if (!closed && (handsOver || !roster.hasEligible())) {
            turns.ask();
        }
    }

    @Override
    public @Nullable String whyNone() {
        return state.ailment();
    }

    private void turn() {
        if (closed) {
            return;
        }
        long next = NEXT_TRY;
        try {
            next = decide(clockwork.ticker().nanos());
        } finally {
            comeBackIn(next);
        }
    }

    private long decide(long now) {
        long next = Math.min(watch(now), takeIn(now));
        if (handover.review(roster.present(), now) || brokeOff) {
            enforce();
        }
        handsOver = handover.isOn();
        next = Math.min(next, handover.isOn() ? handover.leftNanos(now) : NEVER);
        return Math.min(next, askAgain(now));
    }

    /** Sees to it that the source is watched. As the others, returns in how many nanoseconds there is more to do. */
    private long watch(long now) {
        if (watching != null) {
            return NEVER;
        }
        if (questions.waitNanos(now) == 0) {
            questions.happens(now);
            Watching begun = new Watching(roster.name(), clockwork, answers, turns::ask);
            if (begin(begun)) {
                return NEVER;
            }
        }
        return questions.waitNanos(now);
    }

    private boolean begin(Watching begun) {
        if (!begun.begin(source)) {
            return false;
        }
        synchronized (this) {
            if (!closed) {
                watching = begun;
                return true;
            }
        }
        begun.close();
        return true;
    }

    private long takeIn(long now) {
        if (!answers.isNews()) {
            return NEVER;
        }
        long wait = sets.waitNanos(now);
        if (wait > 0) {
            return wait;
        }
        sets.happens(now);
        Answers.News news = answers.take();
        if (news.set() != null) {
            if (size < 0) {
                questions.reset(); // from now on it is a balancer that had backends
            }
            size = news.set().size();
            handover.update(news.set(), roster.present(), now);
        }
        state.hear(news.failure(), size);
        if (news.set() != null) {
            enforce();
        }
        return NEVER;
    }

    private void enforce() {
        boolean again = brokeOff; // then the change may have been made, and the plan not
        brokeOff = true;
        handsOver = handover.isOn();
        if (roster.follow(handover.inForce(), sourceName) || again) {
            pool.refresh();
        }
        brokeOff = false;
    }

    private long askAgain(long now) {
        Watching open = watching;
        if (open == null || roster.hasEligible()) {
            return NEVER;
        }
        if (questions.waitNanos(now) == 0) {
            questions.happens(now);
            open.refresh();
        }
        return questions.waitNanos(now);
    }

    private synchronized void comeBackIn(long nanos) {
        timer.cancel();
        timer = closed || nanos == NEVER ? () -> {} : clockwork.scheduler().schedule(turns::ask, nanos);
    }

    /** Ends the watch and cancels all of its work. Waits for nothing. Closing again changes nothing. */
    @Override
    public void close() {
        Watching open;
        synchronized (this) {
            closed = true;
            timer.cancel();
            open = watching;
            watching = null;
        }
        if (open != null) {
            open.close();
        }
    }
}
