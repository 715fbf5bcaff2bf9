package dev.evenkeel.lb.core.simulation;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.plan.SlowStart;
import dev.evenkeel.lb.core.simulation.Server.Behaviour;
import dev.evenkeel.lb.core.simulation.Server.Work;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A set of backends of which one is odd, and the traffic that meets it. */
enum Scenario {
    /** All alike. The one to look at is any. */
    EQUAL {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            run.server(1, WORKERS, Server.healthy(MEAN));
            return run.others().open(policy);
        }
    },
    /** One takes ten times as long. */
    SLOW {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            run.server(1, WORKERS, Server.healthy(10 * MEAN));
            return run.others().open(policy);
        }
    },
    /** One fails every request at once, and its health check sees nothing. */
    FAILING {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            run.server(1, WORKERS, (served, random) -> new Work(1, Outcome.failure(null)));
            return run.others().open(policy);
        }
    },
    /** One stops answering after a while; each request to it times out after 2 s. */
    HUNG {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            Behaviour healthy = Server.healthy(MEAN);
            run.server(
                    1,
                    1_000_000,
                    (served, random) -> run.time.nanos() < TimeUnit.SECONDS.toNanos(4)
                            ? healthy.next(served, random)
                            : new Work(2_000, Outcome.failure(null)));
            return run.others().open(policy);
        }
    },
    /** One has four times the workers of the others, and a weight of 4. */
    WEIGHTS {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            run.server(4, 4 * WORKERS / 2, Server.healthy(MEAN));
            for (int i = 1; i < BACKENDS; i++) {
                run.server(1, WORKERS / 2, Server.healthy(MEAN));
            }
            return run.open(policy);
        }
    },
    /** One joins a running pool and is ten times as slow for its first 100 requests. */
    COLD {
        @Override
        Run prepare(Selector.Factory policy) {
            return cold(new Run(), policy);
        }
    },
    /** The same with a slow start of 10 s. */
    COLD_WITH_SLOW_START {
        @Override
        Run prepare(Selector.Factory policy) {
            Run run = new Run();
            run.slowStart = true;
            return cold(run, policy);
        }
    };

    private static final int BACKENDS = 5;
    private static final int WORKERS = 4;
    private static final double MEAN = 10;
    private static final int REQUESTS = 12_000;
    private static final double PER_SECOND = 1_000;
    private static final Endpoint ODD = Endpoint.of("http://10.0.0.1");

    abstract Run prepare(Selector.Factory policy);

    /** Sends the traffic through a policy and returns what came of it. */
    Traffic play(Selector.Factory policy) {
        Run run = prepare(policy);
        try (LoadBalancer balancer = run.balancer()) {
            Traffic traffic = new Traffic(run.time, balancer, run.servers, REQUESTS, 17);
            traffic.run(PER_SECOND);
            return traffic;
        }
    }

    static Endpoint odd() {
        return ODD;
    }

    private static Run cold(Run run, Selector.Factory policy) {
        run.others().open(policy);
        run.time.advance(Duration.ofMinutes(1)); // or all were new
        Behaviour warm = Server.healthy(MEAN);
        Behaviour cold = Server.healthy(10 * MEAN);
        run.servers.put(
                ODD,
                new Server(
                        run.time, 99, WORKERS, (served, random) -> (served < 100 ? cold : warm).next(served, random)));
        run.time.schedule(() -> run.balancer().add(ODD), TimeUnit.SECONDS.toNanos(4));
        return run;
    }

    /** One play in the making. */
    static final class Run {
        final ManualTime time = ManualTime.create();
        final Map<Endpoint, Server> servers = new LinkedHashMap<>();
        boolean slowStart;
        private final List<Endpoint> endpoints = new ArrayList<>();
        private final List<LoadBalancer> opened = new ArrayList<>();

        void server(int weight, int workers, Behaviour behaviour) {
            Endpoint endpoint =
                    Endpoint.of("http://10.0.0." + (endpoints.size() + 1)).withWeight(weight);
            endpoints.add(endpoint);
            servers.put(endpoint, new Server(time, endpoints.size(), workers, behaviour));
        }

        Run others() {
            // The odd one, if it is there from the beginning, is the first.
            int present = endpoints.size();
            for (int i = 1; i < BACKENDS; i++) {
                Endpoint endpoint = Endpoint.of("http://10.0.0." + (i + 1));
                endpoints.add(endpoint);
                servers.put(endpoint, new Server(time, i + present, WORKERS, Server.healthy(MEAN)));
            }
            return this;
        }

        Run open(Selector.Factory policy) {
            LoadBalancers assembly = LoadBalancers.named("orders")
                    .backends(endpoints)
                    .policy(policy)
                    .time(time);
            opened.add((slowStart ? assembly.slowStart(SlowStart.over(Duration.ofSeconds(10))) : assembly).build());
            return this;
        }

        LoadBalancer balancer() {
            return opened.get(0);
        }
    }
}
