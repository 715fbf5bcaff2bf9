package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Calls at random moments, each of them one attempt with a timeout of 2 s and the key of a new user. */
final class Callers {
    /** How many calls come in a second, by chance more or fewer. */
    static final int PER_SECOND = 100;

    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ManualTime time;
    private final LoadBalancer balancer;
    private final Map<Endpoint, Machine> machines;
    private final Ledger ledger;
    private final Random random;

    Callers(ManualTime time, LoadBalancer balancer, Map<Endpoint, Machine> machines, Ledger ledger, long seed) {
        this.time = time;
        this.balancer = balancer;
        this.machines = machines;
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    /** Calls until a moment of the clock. */
    void callUntil(long end) {
        double seconds = -StrictMath.log(1 - random.nextDouble()) / PER_SECOND;
        long wait = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        if (time.nanos() + wait < end) {
            time.schedule(
                    () -> {
                        call();
                        callUntil(end);
                    },
                    wait);
        }
    }

    private void call() {
        Attempt attempt = Attempt.keyed("user " + random.nextLong()).repeatable(true);
        Lease lease;
        try {
            lease = balancer.acquire(attempt);
        } catch (NoBackendAvailableException e) {
            ledger.nobody();
            return;
        }
        Endpoint to = lease.backend().endpoint();
        ledger.given(to);
        Machine machine = machines.get(to);
        if (machine == null) {
            throw new AssertionError("no machine at " + to);
        }
        Cancellable timeout = time.schedule(
                () -> end(lease, Outcome.failure(new SocketTimeoutException("timeout"))), TIMEOUT.toNanos());
        machine.call(outcome -> {
            timeout.cancel();
            end(lease, outcome);
        });
    }

    private void end(Lease lease, Outcome outcome) {
        if (outcome.cause() == null) {
            lease.answered(outcome);
        }
        if (lease.complete(outcome) && outcome.kind() != Outcome.Kind.SUCCESS) {
            ledger.failed();
        }
    }
}
