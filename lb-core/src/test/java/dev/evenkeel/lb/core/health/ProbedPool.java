package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/** A prober over a real roster and pool, in time that is turned by hand. */
final class ProbedPool implements AutoCloseable {
    static final Endpoint A = Endpoint.of("http://a:8080");
    static final Endpoint B = Endpoint.of("http://b:8080");

    final ManualTime time = ManualTime.create();
    final FakeAsker asker = new FakeAsker(time);
    final List<LoadBalancerEvent> events = new CopyOnWriteArrayList<>();
    final Roster roster;
    final Pool pool;
    final Prober prober;
    private final Map<Endpoint, Member> members = new HashMap<>();

    private ProbedPool(HealthCheck check, List<Endpoint> endpoints, long seed, boolean cancels) {
        EventSink sink = new EventSink() {
            @Override
            public void offer(LoadBalancerEvent event) {
                events.add(event);
            }

            @Override
            public void flush() {}
        };
        int gates = check.thresholds().start() == Start.PESSIMISTIC ? Gate.PROBE.bit() : 0;
        roster = new Roster("orders", time, sink, gates);
        pool = new Pool("orders", roster, RoundRobin.policy());
        roster.replace(endpoints);
        pool.refresh();
        prober = Prober.of(
                check,
                new Gatekeeper(roster, pool),
                new Clockwork(time, cancels ? time : deafToCancels()),
                asker,
                new Random(seed));
        roster.observe(new MembershipObserver() {
            @Override
            public void joined(Member member) {
                members.put(member.endpoint(), member);
                prober.joined(member);
            }

            @Override
            public void left(Member member) {
                prober.left(member);
            }
        });
    }

    /** Returns a check with all defaults whose checker is not used. */
    static HealthCheck check() {
        return HealthCheck.of((endpoint, timeout) -> Verdict.pass());
    }

    static ProbedPool of(HealthCheck check, Endpoint... endpoints) {
        return new ProbedPool(check, List.of(endpoints), 1, true);
    }

    static ProbedPool of(HealthCheck check, List<Endpoint> endpoints, long seed) {
        return new ProbedPool(check, endpoints, seed, true);
    }

    /** Returns a pool in which every cancel of a timer comes too late. */
    static ProbedPool withLateCancels(HealthCheck check, Endpoint... endpoints) {
        return new ProbedPool(check, List.of(endpoints), 1, false);
    }

    private Scheduler deafToCancels() {
        return new Scheduler() {
            @Override
            public Cancellable schedule(Runnable task, long delayNanos) {
                time.schedule(task, delayNanos);
                return () -> {};
            }

            @Override
            public Executor workers(String role) {
                return time.workers(role);
            }

            @Override
            public Executor thread(String role) {
                return time.thread(role);
            }
        };
    }

    static List<Endpoint> endpoints(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> Endpoint.of("http://backend-" + i + ":80"))
                .toList();
    }

    Member member(Endpoint endpoint) {
        return Objects.requireNonNull(members.get(endpoint), () -> endpoint + " never joined");
    }

    BackendState state(Endpoint endpoint) {
        return member(endpoint).snapshot(time.nanos()).state();
    }

    void seconds(double seconds) {
        time.advance(Duration.ofMillis(Math.round(seconds * 1_000)));
    }

    /** Returns the events of the given kinds as lines. */
    List<String> told(Kind... kinds) {
        List<Kind> wanted = List.of(kinds);
        return events.stream()
                .filter(event -> wanted.contains(event.kind()))
                .map(LoadBalancerEvent::toString)
                .toList();
    }

    List<String> transitions() {
        return told(Kind.UP, Kind.DOWN);
    }

    @Override
    public void close() {
        prober.close();
    }
}
