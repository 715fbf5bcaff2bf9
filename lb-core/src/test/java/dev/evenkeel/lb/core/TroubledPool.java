package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.outlier.Ejection;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A whole balancer with outlier detection, whose backends answer as they are told, in time that is turned by hand. */
final class TroubledPool implements AutoCloseable {
    /** The defaults, with terms that end to the second. */
    static final OutlierDetection STANDARD = OutlierDetection.standard().ejection(Ejection.DEFAULT.withJitter(0));

    static final Attempt REPEATABLE = Attempt.PLAIN.repeatable(true);

    final ManualTime time = ManualTime.create();
    final List<LoadBalancerEvent> events = new CopyOnWriteArrayList<>();
    final LoadBalancer orders;

    /** Those whose probes fail. */
    final Set<String> sick = new HashSet<>();

    private final Map<String, Supplier<Outcome>> answers = new HashMap<>();

    private TroubledPool(List<Endpoint> endpoints, UnaryOperator<LoadBalancers> settings) {
        orders = settings.apply(LoadBalancers.named("orders")
                        .backends(endpoints)
                        .listener(events::add)
                        .time(time))
                .build();
    }

    static TroubledPool of(String... labelled) {
        return of(STANDARD, labelled);
    }

    static TroubledPool of(OutlierDetection rules, String... labelled) {
        return of(assembly -> assembly.outlierDetection(rules), labelled);
    }

    static TroubledPool of(UnaryOperator<LoadBalancers> settings, String... labelled) {
        return new TroubledPool(
                Arrays.stream(labelled)
                        .map(it -> Endpoint.labelled("http://" + it))
                        .toList(),
                settings);
    }

    /** Returns a pool that is probed each second, one probe deciding. */
    static TroubledPool probed(String... labelled) {
        List<TroubledPool> made = new ArrayList<>();
        HealthCheck check = HealthCheck.of((endpoint, timeout) ->
                        !made.isEmpty() && made.get(0).sick.contains(endpoint.host())
                                ? Verdict.fail("sick")
                                : Verdict.pass())
                .every(Duration.ofSeconds(1))
                .timeout(Duration.ofSeconds(1))
                .rise(1)
                .fall(1);
        TroubledPool pool = of(assembly -> assembly.outlierDetection(STANDARD).healthCheck(check), labelled);
        made.add(pool);
        pool.seconds(3);
        return pool;
    }

    static Outcome failure() {
        return Outcome.failure(null);
    }

    /** Has a backend end its attempts so from now on. */
    void answer(String host, Outcome outcome) {
        answer(host, () -> outcome);
    }

    void answer(String host, Supplier<Outcome> outcomes) {
        answers.put(host, outcomes);
    }

    Lease acquire(Attempt attempt) {
        try {
            return orders.acquire(attempt);
        } catch (NoBackendAvailableException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes attempts one after the other and returns who got how many. */
    Map<String, Integer> attempts(int count) {
        return attempts(Attempt.PLAIN, count);
    }

    Map<String, Integer> attempts(Attempt attempt, int count) {
        Map<String, Integer> got = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Lease lease = acquire(attempt);
            String host = lease.backend().endpoint().host();
            got.merge(host, 1, Integer::sum);
            Outcome outcome = answers.getOrDefault(host, () -> Outcome.SUCCESS).get();
            lease.answered(outcome);
            lease.complete(outcome);
        }
        return got;
    }

    /** Makes attempts until a backend has had so many, and then the others have had about as many. */
    void attemptsOn(String host, int count) {
        int got = 0;
        for (int made = 0; got < count; made++) {
            if (made > 20 * count) {
                throw new AssertionError(host + " got " + got + " of " + made + " attempts: " + orders.snapshot());
            }
            got += attempts(1).getOrDefault(host, 0);
        }
    }

    /** Gets a backend ejected for failures in a row, after which it answers well. */
    void eject(String host) {
        answer(host, failure());
        attemptsOn(host, 5);
        answer(host, Outcome.SUCCESS);
        if (state(host) != BackendState.EJECTED) {
            throw new AssertionError(host + " is not ejected: " + orders.snapshot());
        }
    }

    BackendState state(String host) {
        return orders.snapshot().backends().stream()
                .filter(backend -> backend.endpoint().host().equals(host))
                .findFirst()
                .orElseThrow()
                .state();
    }

    String summary(String host) {
        return orders.snapshot().backends().stream()
                .filter(backend -> backend.endpoint().host().equals(host))
                .findFirst()
                .orElseThrow()
                .summary();
    }

    void seconds(double seconds) {
        time.advance(Duration.ofMillis(Math.round(seconds * 1_000)));
    }

    /** Returns the events of ejections as lines without the name of the balancer. */
    List<String> told() {
        return told(Kind.EJECTED, Kind.WOULD_EJECT, Kind.HALF_OPEN, Kind.READMITTED);
    }

    List<String> told(Kind... kinds) {
        List<Kind> wanted = List.of(kinds);
        return events.stream()
                .filter(event -> wanted.contains(event.kind()))
                .map(event -> event.toString().replace("orders: http://", "").replace(":80 is ", " "))
                .toList();
    }

    @Override
    public void close() {
        orders.close();
    }
}
