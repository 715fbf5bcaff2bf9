package dev.evenkeel.lb.okhttp;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Dispatcher;

/** Tells a dispatcher that nobody chose from one that somebody did. */
final class DispatcherSize {
    private static final int CALLS = 256;

    private DispatcherSize() {}

    /** Tells whether the dispatcher is as OkHttp makes it. */
    static boolean isDefault(Dispatcher dispatcher) {
        Dispatcher unchanged = new Dispatcher();
        return dispatcher.getMaxRequests() == unchanged.getMaxRequests()
                && dispatcher.getMaxRequestsPerHost() == unchanged.getMaxRequestsPerHost()
                && dispatcher.getIdleCallback() == null
                && sameMake(dispatcher.executorService(), unchanged.executorService());
    }

    /** Executors do not tell where they come from, but the class of a thread factory does. */
    private static boolean sameMake(ExecutorService executor, ExecutorService unchanged) {
        return executor instanceof ThreadPoolExecutor threads
                && unchanged instanceof ThreadPoolExecutor defaults
                && threads.getThreadFactory().getClass()
                        == defaults.getThreadFactory().getClass()
                && threads.getMaximumPoolSize() == defaults.getMaximumPoolSize();
    }

    /** Tells whether the backends behind one name have less than what OkHttp gives a single host. */
    static boolean isSmall(Dispatcher dispatcher, int backends) {
        return dispatcher.getMaxRequestsPerHost() < (long) new Dispatcher().getMaxRequestsPerHost() * backends;
    }

    /** Makes a larger one, whose threads bear the name. */
    static Dispatcher larger(String name) {
        Dispatcher dispatcher = new Dispatcher(new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), threads(name)));
        dispatcher.setMaxRequests(CALLS);
        dispatcher.setMaxRequestsPerHost(CALLS);
        return dispatcher;
    }

    /**
     * Not daemon, as OkHttp's are not: a program that enqueues a call and returns from main still gets its answer after
     * its client was wrapped. They end after a minute without work, and at once when the balancers are closed.
     */
    private static ThreadFactory threads(String name) {
        AtomicLong made = new AtomicLong();
        return task -> new Thread(task, "evenkeel-" + name + "-dispatcher-" + made.incrementAndGet());
    }
}
