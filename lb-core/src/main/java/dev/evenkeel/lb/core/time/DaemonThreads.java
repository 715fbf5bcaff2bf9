package dev.evenkeel.lb.core.time;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the platform threads of a balancer: named, daemon, numbered from 1. */
final class DaemonThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicLong made = new AtomicLong();

    private DaemonThreads(String prefix) {
        this.prefix = prefix;
    }

    static ThreadFactory named(String prefix) {
        return new DaemonThreads(prefix);
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, prefix + "-" + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
