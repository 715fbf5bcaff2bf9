package dev.evenkeel.lb.okhttp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/**
 * Asks a client's resolver on daemon threads of its own where a balanced call asks, so that a cancel, a call timeout or a
 * {@link Deadline} ends the call although the resolver hangs: OkHttp resolves on the thread of the call, which nothing wakes
 * there. Who asks for a name that is being resolved waits for that answer, so there is one thread for each name at the most.
 * Other calls ask the resolver themselves. Safe for many threads.
 */
final class CancelableDns implements Dns {
    private static final long IDLE_SECONDS = 5;

    /** The wait of the call that is about to ask on this thread. Taken by the question, or by its end if another one answers. */
    private static final ThreadLocal<@Nullable NameWait> ANNOUNCED = new ThreadLocal<>();

    private final Dns given;
    private final ThreadPoolExecutor threads;

    /** What is being resolved, by name. */
    private final Map<String, CompletableFuture<List<InetAddress>>> running = new ConcurrentHashMap<>();

    private CancelableDns(Dns given, ThreadPoolExecutor threads) {
        this.given = given;
        this.threads = threads;
    }

    /**
     * @param given the client's own
     * @param names of the balancers, for the threads
     */
    static CancelableDns of(Dns given, String names) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "evenkeel-" + names + "-dns-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        return new CancelableDns(given, threads);
    }

    /** The call of this thread is about to ask for a name. */
    static void announce(NameWait wait) {
        ANNOUNCED.set(wait);
    }

    /** The call of this thread has its answer. */
    static void answered() {
        ANNOUNCED.remove();
    }

    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
        NameWait wait = ANNOUNCED.get();
        if (wait == null) {
            return given.lookup(hostname);
        }
        ANNOUNCED.remove();
        return wait.until(answer(hostname), hostname);
    }

    private CompletableFuture<List<InetAddress>> answer(String hostname) {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> first = running.putIfAbsent(hostname, mine);
        if (first != null) {
            return first;
        }
        try {
            threads.execute(() -> resolve(hostname, mine));
        } catch (Throwable e) { // no thread is to be had, and nobody may wait for it
            running.remove(hostname, mine);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private void resolve(String hostname, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> found = given.lookup(hostname);
            running.remove(hostname, answer); // first, or who is told could ask again and be given the same
            answer.complete(found);
        } catch (Throwable e) { // of a user's resolver; thrown on, it would end the thread and leave all waiting
            running.remove(hostname, answer);
            answer.completeExceptionally(e);
        }
    }

    /** A resolver that is asynchronous keeps its own way, and what it tells beside addresses. */
    @Override
    public Dns.Call newCall(Dns.Request request) {
        Dns.Call own = given.newCall(request);
        Dns.Call usual = Dns.super.newCall(request);
        return own.getClass() == usual.getClass() ? usual : own;
    }

    /** Lets idle threads end. What is asked later is still answered. */
    void close() {
        threads.setKeepAliveTime(0, TimeUnit.SECONDS);
    }

    /** Equal where the clients' own are: OkHttp shares a connection among calls whose resolvers are equal. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CancelableDns that && given.equals(that.given);
    }

    @Override
    public int hashCode() {
        return given.hashCode();
    }

    @Override
    public String toString() {
        return given.toString();
    }
}
