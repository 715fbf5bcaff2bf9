package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Machines named a, b, c and so on, one balancer over them, its callers, and a clock that all of them live by. */
final class World implements AutoCloseable {
    final ManualTime time = ManualTime.create();
    final Recorder recorder = new Recorder(time);
    private final Ledger ledger = new Ledger(recorder);
    private final Map<Endpoint, Machine> machines = new LinkedHashMap<>();
    private final List<LoadBalancer> opened = new ArrayList<>();
    private final Registry registry;
    private final long seed;

    /** Makes a world in which these machines are known to be backends. */
    World(long seed, List<String> backends) {
        this.seed = seed;
        this.registry = new Registry(endpoints(backends));
        machines(backends);
    }

    /** Returns the discovery, which knows the backends of the beginning until {@link #announce}. */
    Registry registry() {
        return registry;
    }

    /** Has discovery find these and no others when it is asked. */
    void announce(List<String> names) {
        recorder.happens("discovery finds " + (names.isEmpty() ? "nobody" : String.join(", ", names)));
        registry.says(endpoints(names));
    }

    static Endpoint endpoint(String name) {
        return Endpoint.of("http://" + name);
    }

    static List<Endpoint> endpoints(List<String> names) {
        return names.stream().map(World::endpoint).toList();
    }

    /** Sets up machines. */
    World machines(List<String> names) {
        for (String name : names) {
            machines.put(endpoint(name), new Machine(time, seed + machines.size()));
        }
        return this;
    }

    Machine machine(String name) {
        Machine machine = machines.get(endpoint(name));
        if (machine == null) {
            throw new IllegalArgumentException("machine must be one of " + machines.keySet() + ", was " + name);
        }
        return machine;
    }

    /** Returns a health check with the defaults, which finds the machines as they are. */
    HealthCheck probes() {
        return HealthCheck.of((endpoint, timeout) -> machine(endpoint.host()).probe(timeout));
    }

    /** Returns the same, but of one machine every second probe fails, beginning with the second. */
    HealthCheck flappingProbes(String flapping) {
        AtomicInteger asked = new AtomicInteger();
        return HealthCheck.of((endpoint, timeout) -> {
            boolean fails = endpoint.host().equals(flapping) && asked.getAndIncrement() % 2 == 1;
            return fails ? Verdict.fail("HTTP 503") : machine(endpoint.host()).probe(timeout);
        });
    }

    /** Builds the balancer. */
    World open(Selector.Factory policy, UnaryOperator<LoadBalancers> rules) {
        LoadBalancers assembly =
                LoadBalancers.named("orders").policy(policy).time(time).listener(recorder);
        opened.add(rules.apply(assembly).build());
        return this;
    }

    LoadBalancer balancer() {
        return opened.get(0);
    }

    double second() {
        return time.nanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Has something happen at a second of the clock. */
    void at(double second, Runnable event) {
        time.schedule(event, (long) (second * TimeUnit.SECONDS.toNanos(1)) - time.nanos());
    }

    /** Has a machine fall into a condition now, for calls and probes alike. */
    void strike(String name, Condition condition, String what) {
        strike(name, condition, condition, what);
    }

    /** Has a machine fall into a condition now, one for calls and one for probes. */
    void strike(String name, Condition forCalls, Condition forProbes, String what) {
        recorder.happens(name + " " + what);
        recorder.falls(endpoint(name));
        machine(name).become(forCalls, forProbes);
    }

    /** Has a machine be well from now on. */
    void heal(String name) {
        recorder.happens(name + " is well");
        recorder.recovers(endpoint(name));
        machine(name).become(Condition.HEALTHY, Condition.HEALTHY);
    }

    /** Ends a machine for good, which is nobody's fault. */
    void end(String name) {
        recorder.happens(name + " ends");
        machine(name).become(Condition.STOPPED, Condition.STOPPED);
    }

    /** Has the callers call from one second of the clock to another, waits for the last answer, and returns what came of it. */
    Figures run(int firstCall, int lastCall) {
        Callers callers = callers();
        at(firstCall, () -> callers.callUntil(nanos(lastCall)));
        return runOut(lastCall);
    }

    /** As {@link #run}, but the callers wait until the balancer is ready, as a program does that starts. */
    Figures runWhenReady(int lastCall) {
        callWhenReady(callers(), nanos(lastCall));
        return runOut(lastCall);
    }

    private void callWhenReady(Callers callers, long end) {
        if (isReady()) {
            recorder.happens("the balancer is ready");
            callers.callUntil(end);
        } else {
            at(second() + 0.1, () -> callWhenReady(callers, end));
        }
    }

    private boolean isReady() {
        try {
            return balancer().awaitReady(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError("a look waits for nothing", e);
        }
    }

    private Callers callers() {
        return new Callers(time, balancer(), machines, ledger, seed);
    }

    private Figures runOut(int lastCall) {
        time.advance(Duration.ofSeconds(lastCall).plus(Callers.TIMEOUT).minusNanos(time.nanos()));
        return ledger.figures();
    }

    private static long nanos(int second) {
        return TimeUnit.SECONDS.toNanos(second);
    }

    Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        opened.forEach(LoadBalancer::close);
    }
}
