package dev.evenkeel.lb.core.simulation;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Requests that come at random from many users, whether or not the ones before have been answered. */
final class Traffic {
    private static final int USERS = 1_000;

    private final ManualTime time;
    private final LoadBalancer balancer;
    private final Map<Endpoint, Server> servers;
    private final Random random;
    private final Map<Endpoint, Integer> given = new HashMap<>();
    private final double[] millis;
    private int sent;
    private int answered;
    private int failed;

    Traffic(ManualTime time, LoadBalancer balancer, Map<Endpoint, Server> servers, int requests, long seed) {
        this.time = time;
        this.balancer = balancer;
        this.servers = servers;
        this.random = new Random(seed);
        this.millis = new double[requests];
    }

    /** Sends all requests and waits for the last answer. */
    void run(double perSecond) {
        scheduleNext(perSecond);
        while (answered < millis.length) {
            time.advance(Duration.ofSeconds(1));
        }
        Arrays.sort(millis);
    }

    private void scheduleNext(double perSecond) {
        if (sent < millis.length) {
            double seconds = -Math.log(1 - random.nextDouble()) / perSecond;
            time.schedule(
                    () -> {
                        send();
                        scheduleNext(perSecond);
                    },
                    (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
        }
    }

    private void send() {
        sent++;
        Lease lease;
        try {
            lease = balancer.acquire(Attempt.keyed("user " + random.nextInt(USERS)));
        } catch (NoBackendAvailableException e) {
            throw new AssertionError("somebody is up all the time", e);
        }
        long began = time.nanos();
        Endpoint to = lease.backend().endpoint();
        given.merge(to, 1, Integer::sum);
        Server server = servers.get(to);
        if (server == null) {
            throw new AssertionError("no server at " + to);
        }
        server.submit(outcome -> end(lease, outcome, began));
    }

    private void end(Lease lease, Outcome outcome, long began) {
        lease.answered(outcome);
        lease.complete(outcome);
        millis[answered++] = (time.nanos() - began) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        if (outcome.kind() != Outcome.Kind.SUCCESS) {
            failed++;
        }
    }

    double share(Endpoint endpoint) {
        return given.getOrDefault(endpoint, 0) / (double) millis.length;
    }

    double meanMillis() {
        return Arrays.stream(millis).average().orElse(0);
    }

    double p99Millis() {
        return millis[(int) (millis.length * 0.99)];
    }

    double failed() {
        return failed / (double) millis.length;
    }
}
