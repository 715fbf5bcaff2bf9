package dev.evenkeel.lb.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be done once when a balancer is closed. Safe for many threads. */
final class CloseActions {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;

    /** Null once they have run. Guarded by this. */
    private @Nullable List<Runnable> actions = new ArrayList<>();

    CloseActions(String balancer) {
        this.balancer = balancer;
    }

    /** Keeps an action, or returns false if it comes too late. */
    synchronized boolean add(Runnable action) {
        return actions != null && actions.add(action);
    }

    /** Runs all, each one whatever the others do, outside the lock. */
    void run() {
        for (Runnable action : take()) {
            try {
                action.run();
            } catch (Throwable e) {
                log.error("{}: an action at the close failed", balancer, e);
            }
        }
    }

    private synchronized List<Runnable> take() {
        List<Runnable> taken = actions == null ? List.of() : actions;
        actions = null;
        return taken;
    }
}
