package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that is made of one or two calls of the client. What is set on it before it runs is set on both. */
final class HedgedCall implements Call, HedgeRace.Ending {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final HedgedCalls calls;
    private final Call first;
    private final HedgeRace race;
    private final AtomicBoolean executed = new AtomicBoolean();
    private final CompletableFuture<Response> end = new CompletableFuture<>();

    /** What a hedge is given that the original was given. */
    private final List<Consumer<Call>> settings = new CopyOnWriteArrayList<>();

    /** Null for a call that is executed. Written before anything runs. */
    private volatile @Nullable Callback callback;

    HedgedCall(HedgedCalls calls, Request request) {
        this.calls = calls;
        this.first = calls.client().newCall(request);
        this.race = new HedgeRace(calls, first, this::newHedge, this);
        race.join(first);
    }

    private Call newHedge() {
        Call hedge = calls.client().newCall(request());
        settings.forEach(setting -> setting.accept(hedge));
        limit(first.timeout(), hedge.timeout());
        race.join(hedge);
        return hedge;
    }

    /** Both calls end by the same moment. */
    private void limit(Timeout given, Timeout its) {
        long nanos = given.timeoutNanos();
        its.timeout(nanos, TimeUnit.NANOSECONDS);
        if (nanos != 0) {
            its.deadlineNanoTime(race.beganNanos() + nanos);
        }
        if (given.hasDeadline() && (nanos == 0 || given.deadlineNanoTime() - its.deadlineNanoTime() < 0)) {
            its.deadlineNanoTime(given.deadlineNanoTime());
        }
    }

    @Override
    public Response execute() throws IOException {
        begin();
        try {
            race.answered(first, first.execute());
        } catch (IOException e) {
            race.failed(first, e);
        } catch (RuntimeException | Error e) {
            race.abandon();
            throw e;
        }
        try {
            return end.get();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            throw (IOException) e.getCause(); // nothing else is put in
        }
    }

    @Override
    public void enqueue(Callback responseCallback) {
        begin();
        callback = responseCallback;
        first.enqueue(new Callback() {
            @Override
            public void onResponse(Call call, Response response) {
                race.answered(first, response);
            }

            @Override
            public void onFailure(Call call, IOException e) {
                race.failed(first, e);
            }
        });
    }

    private void begin() {
        if (!executed.compareAndSet(false, true)) {
            throw new IllegalStateException("Already Executed");
        }
    }

    @Override
    public void answered(Response response) {
        Callback told = callback;
        if (told == null) {
            if (isCanceled()) {
                response.close(); // the caller may have gone already
                end.completeExceptionally(new IOException("Canceled"));
            } else {
                end.complete(response);
            }
            return;
        }
        try {
            told.onResponse(this, response);
        } catch (IOException e) {
            log.info("callback failure for {}", this, e); // as OkHttp does
        } catch (RuntimeException e) {
            cancel();
            log.error("callback failure for {}", this, e);
        }
    }

    @Override
    public void failed(IOException failure) {
        Callback told = callback;
        if (told == null) {
            end.completeExceptionally(failure);
            return;
        }
        try {
            told.onFailure(this, failure);
        } catch (RuntimeException e) {
            log.error("callback failure for {}", this, e);
        }
    }

    @Override
    public void cancel() {
        race.cancel();
    }

    @Override
    public boolean isCanceled() {
        return race.isCanceled();
    }

    @Override
    public boolean isExecuted() {
        return executed.get();
    }

    @Override
    public Request request() {
        return first.request();
    }

    @Override
    public Timeout timeout() {
        return first.timeout();
    }

    @Override
    public void addEventListener(EventListener eventListener) {
        first.addEventListener(eventListener);
        settings.add(call -> call.addEventListener(eventListener));
    }

    @Override
    public <T> @Nullable T tag(KClass<T> type) {
        return first.tag(type);
    }

    @Override
    public <T> @Nullable T tag(Class<? extends T> type) {
        return first.tag(type);
    }

    @Override
    public <T> T tag(KClass<T> type, Function0<? extends T> computeIfAbsent) {
        T value = first.tag(type, computeIfAbsent);
        settings.add(call -> call.tag(type, () -> value));
        return value;
    }

    @Override
    public <T> T tag(Class<T> type, Function0<? extends T> computeIfAbsent) {
        T value = first.tag(type, computeIfAbsent);
        settings.add(call -> call.tag(type, () -> value));
        return value;
    }

    @Override
    @SuppressWarnings("CloneDoesntCallSuperClone") // another call, which shares nothing with this one, as OkHttp's do
    public Call clone() {
        return calls.newCall(request());
    }

    @Override
    public String toString() {
        return "hedged call to " + request().url().redact();
    }
}
