package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One server. Calls and probes meet it in the condition of that moment, which differs between the two on purpose only. */
final class Machine {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long USUAL = 10 * MILLI;
    private static final long SLOW = 50 * MILLI;

    private final ManualTime time;
    private final Random random;
    private final Set<Consumer<Outcome>> open = new LinkedHashSet<>();
    private Condition forCalls = Condition.HEALTHY;
    private Condition forProbes = Condition.HEALTHY;

    /** How many calls came while every tenth failed. */
    private int taken;

    /** When a slow machine has done all it has been given. */
    private long busyUntil;

    Machine(ManualTime time, long seed) {
        this.time = time;
        this.random = new Random(seed);
    }

    /** Changes its condition from now on. What it is working on ends as it began, unless the machine stops. */
    void become(Condition calls, Condition probes) {
        forCalls = calls;
        forProbes = probes;
        if (calls == Condition.STOPPED) {
            List<Consumer<Outcome>> broken = List.copyOf(open);
            open.clear();
            broken.forEach(call -> call.accept(Outcome.failure(new SocketException("Connection reset"))));
        }
    }

    /** Takes one call, and tells how it ended if it ends. */
    void call(Consumer<Outcome> done) {
        open.add(done);
        switch (forCalls) {
            case HEALTHY -> answerIn(usual(), done, Outcome.SUCCESS);
            case FLAKY -> answerIn(usual(), done, ++taken % 10 == 0 ? Outcome.failure(null) : Outcome.SUCCESS);
            case SLOW -> answerIn(queue(), done, Outcome.SUCCESS);
            case FAILING -> answerIn(MILLI, done, Outcome.failure(null));
            case STOPPED -> answerIn(0, done, Outcome.unreachable(new ConnectException("Connection refused")));
            case SILENT -> {
                // That is all.
            }
        }
    }

    /** {@code Math.log} may round differently from one platform to another, and a story must not. */
    private long usual() {
        return (long) (-USUAL * StrictMath.log(1 - random.nextDouble()));
    }

    private void answerIn(long nanos, Consumer<Outcome> done, Outcome outcome) {
        time.schedule(
                () -> {
                    if (open.remove(done)) {
                        done.accept(outcome);
                    }
                },
                nanos);
    }

    private long queue() {
        busyUntil = Math.max(busyUntil, time.nanos()) + SLOW;
        return busyUntil - time.nanos();
    }

    /**
     * Answers one probe as {@code HealthChecker.check} does. A probe that takes time turns the clock itself, so of all
     * machines only one at a time may be slow or silent to probes: a second one would keep the first from ending.
     */
    Verdict probe(Duration timeout) throws IOException {
        return switch (forProbes) {
            case HEALTHY, FLAKY -> Verdict.pass();
            case FAILING -> Verdict.fail("HTTP 503");
            case STOPPED -> throw new ConnectException("Connection refused");
            case SLOW -> after(Duration.ofNanos(queue()), timeout);
            case SILENT -> after(Duration.ofDays(1), timeout);
        };
    }

    private Verdict after(Duration wait, Duration timeout) throws InterruptedIOException {
        if (wait.compareTo(timeout) < 0) {
            time.advance(wait);
            return Verdict.pass();
        }
        time.advance(timeout);
        throw new InterruptedIOException("timeout");
    }
}
