package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.EndpointSource.Discovery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks one question again and again, for a source that nobody tells of changes. Safe for many threads.
 *
 * <p>There is never more than one question under way, so one that hangs holds one thread, however often a refresh is asked for.
 * After 10 s without an answer that is told as failed; the next question still waits for the end of this one. A question that
 * throws is asked again after 10 s.
 */
public final class Polling implements EndpointSource.Watch {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Discovery discovery;
    private final Question question;

    // All guarded by this. The discovery never runs work from within schedule, so it may be called under the lock.
    private boolean asking;
    private boolean closed;
    private @Nullable Runnable cancelNext;

    /** What is asked. Runs where it may block. */
    @FunctionalInterface
    public interface Question {
        /** Asks, tells the discovery what came of it, and returns how long to wait before the next time. */
        Duration ask();
    }

    private Polling(Discovery discovery, Question question) {
        this.discovery = discovery;
        this.question = question;
    }

    /** Starts to ask; the first time as soon as possible. */
    public static Polling start(Discovery discovery, Question question) {
        Polling polling = new Polling(discovery, question);
        polling.askIn(Duration.ZERO);
        return polling;
    }

    private synchronized void askIn(Duration delay) {
        if (closed) {
            return;
        }
        if (cancelNext != null) {
            cancelNext.run();
        }
        cancelNext = discovery.schedule(delay, this::ask);
    }

    private void ask() {
        if (!begins()) {
            return;
        }
        Runnable told = () -> {};
        Duration pause = PATIENCE;
        try {
            told = discovery.schedule(PATIENCE, this::tellThatItHangs);
            pause = question.ask();
        } finally {
            told.run();
            ended(pause);
        }
    }

    /** A refresh may come between the moment the work was begun and the cancelling of it, so two may arrive here. */
    private synchronized boolean begins() {
        if (closed || asking) {
            return false;
        }
        asking = true;
        return true;
    }

    private synchronized void ended(Duration pause) {
        asking = false;
        askIn(pause);
    }

    private void tellThatItHangs() {
        discovery.failed("no answer for " + PATIENCE.toSeconds() + " s, still waiting", null);
    }

    /** Asks now, unless an answer is on its way. */
    @Override
    public synchronized void refresh() {
        if (!asking) {
            askIn(Duration.ZERO);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (cancelNext != null) {
            cancelNext.run();
        }
    }
}
