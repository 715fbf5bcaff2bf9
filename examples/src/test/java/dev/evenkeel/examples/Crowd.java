package dev.evenkeel.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Many clients, each of which sends one request after another until the crowd is closed. */
final class Crowd implements AutoCloseable {
    private static final long WATCHDOG_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final OkHttpClient client;
    private final Request request;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile boolean closed;

    /**
     * A call that was not answered with 200.
     *
     * @param start when it began, on the clock of {@link System#nanoTime()}
     */
    record Failure(long start, String what) {}

    private Crowd(OkHttpClient client, String url) {
        this.client = client;
        this.request = new Request.Builder().url(url).build();
    }

    static Crowd start(int clients, OkHttpClient client, String url) {
        Crowd crowd = new Crowd(client, url);
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(crowd::call, "crowd-" + i);
            thread.setDaemon(true);
            crowd.threads.add(thread);
            thread.start();
        }
        return crowd;
    }

    private void call() {
        while (!closed) {
            long start = System.nanoTime();
            try (Response response = client.newCall(request).execute()) {
                response.body().bytes();
                if (response.code() != 200) {
                    failures.add(new Failure(start, "status " + response.code()));
                }
            } catch (IOException e) {
                failures.add(new Failure(start, e.toString()));
            }
            calls.incrementAndGet();
        }
    }

    /** Waits until so many more calls have ended. */
    void awaitMore(int more) {
        long enough = calls.get() + more;
        long start = System.nanoTime();
        while (calls.get() < enough) {
            if (System.nanoTime() - start > WATCHDOG_NANOS) {
                throw new AssertionError("only " + calls + " of " + enough + " calls have ended");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    long calls() {
        return calls.get();
    }

    List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Lets each client end its call, and waits for that. */
    void stop() throws InterruptedException {
        closed = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.NANOSECONDS.toMillis(WATCHDOG_NANOS));
        }
    }

    /** Lets each client end its call. */
    @Override
    public void close() {
        closed = true;
    }
}
