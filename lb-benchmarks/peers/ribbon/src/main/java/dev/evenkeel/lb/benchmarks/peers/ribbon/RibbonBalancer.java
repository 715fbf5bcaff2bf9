package dev.evenkeel.lb.benchmarks.peers.ribbon;

import com.netflix.loadbalancer.BaseLoadBalancer;
import com.netflix.loadbalancer.IRule;
import com.netflix.loadbalancer.LoadBalancerContext;
import com.netflix.loadbalancer.LoadBalancerStats;
import com.netflix.loadbalancer.Server;
import com.netflix.loadbalancer.ServerStats;
import com.netflix.loadbalancer.WeightedResponseTimeRule;
import com.netflix.servo.monitor.Stopwatch;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Servers that Ribbon pings. Who is down does not answer the ping; under the rules that look at the circuit breakers, which are
 * in Ribbon's statistics, it has also failed to connect as often as trips its breaker, because one of them looks at nothing else.
 */
final class RibbonBalancer implements Balancer {
    /** Ribbon's default. */
    private static final int FAILURES_THAT_TRIP = 3;

    private final BaseLoadBalancer balancer;
    private final LoadBalancerContext context;
    private final List<Backend> backends;
    private final boolean trips;

    private RibbonBalancer(BaseLoadBalancer balancer, List<Backend> backends, boolean trips) {
        this.balancer = balancer;
        this.context = new LoadBalancerContext(balancer);
        this.backends = backends;
        this.trips = trips;
    }

    /** Makes one under a rule that asks whether a server is alive. */
    static RibbonBalancer under(IRule rule, int backends) {
        return of(rule, backends, false);
    }

    /** Makes one under a rule that looks at circuit breakers. */
    static RibbonBalancer tripping(IRule rule, int backends) {
        return of(rule, backends, true);
    }

    /** Makes one whose servers have all answered in 10 ms, since this rule is a round robin until it knows that of each. */
    static RibbonBalancer weighing(WeightedResponseTimeRule rule, int backends) {
        RibbonBalancer made = of(rule, backends, false);
        LoadBalancerStats stats = made.balancer.getLoadBalancerStats();
        made.backends.forEach(backend -> stats.noteResponseTime(backend, 10));
        rule.setLoadBalancer(made.balancer); // weighs at once, what it else does every 30 s
        return made;
    }

    private static RibbonBalancer of(IRule rule, int count, boolean trips) {
        List<Backend> backends =
                IntStream.range(0, count).mapToObj(Backend::new).collect(Collectors.toList());
        BaseLoadBalancer balancer =
                new BaseLoadBalancer(Settings.named("peers"), rule, server -> ((Backend) server).answers());
        balancer.addServers(List.copyOf(backends));
        RibbonBalancer made = new RibbonBalancer(balancer, backends, trips);
        made.ping();
        return made;
    }

    /** {@code BaseLoadBalancer.chooseServer}: its counter of choices, and the rule. */
    @Override
    public @Nullable Object pick(int key) {
        return balancer.chooseServer(null);
    }

    /**
     * {@code BaseLoadBalancer.chooseServer}, then what {@code LoadBalancerCommand} does around one call: looks the statistics of
     * the server up, notes the open connection, starts and stops the timer, and notes the completion with its duration.
     */
    @Override
    public @Nullable Object attempt(int key) {
        Server server = balancer.chooseServer(null);
        if (server == null) {
            return null;
        }
        ServerStats stats = context.getServerStats(server);
        context.noteOpenConnection(stats);
        Stopwatch tracer = context.getExecuteTracer().start();
        tracer.stop();
        context.noteRequestCompletion(stats, server, null, tracer.getDuration(TimeUnit.MILLISECONDS), null);
        return server;
    }

    @Override
    public int number(Object answer) {
        return ((Backend) answer).number();
    }

    /** Those who come up first, so that one is up at every instant. */
    @Override
    public void mark(BitSet up) {
        set(backend -> !backend.answers() && up.get(backend.number()), true);
        set(backend -> backend.answers() && !up.get(backend.number()), false);
    }

    private void set(Predicate<Backend> which, boolean answers) {
        List<Backend> changed = backends.stream().filter(which).toList();
        if (trips) {
            changed.forEach(backend -> trip(balancer.getLoadBalancerStats().getSingleServerStat(backend), !answers));
        }
        changed.forEach(backend -> backend.answers(answers));
        ping();
    }

    private static void trip(ServerStats stats, boolean tripped) {
        if (tripped) {
            for (int failure = 0; failure < FAILURES_THAT_TRIP; failure++) {
                stats.incrementSuccessiveConnectionFailureCount();
            }
        } else {
            stats.clearSuccessiveConnectionFailureCount();
        }
    }

    /** Has Ribbon ping all. Twice where the first ping of its timer is still under way: it then leaves this one out. */
    private void ping() {
        do {
            balancer.forceQuickPing();
        } while (balancer.isPingInProgress() || !known());
    }

    private boolean known() {
        return backends.stream().allMatch(backend -> backend.isAlive() == backend.answers())
                && balancer.getReachableServers().size()
                        == backends.stream().filter(Backend::answers).count();
    }

    /** Leaves the one thread that Ribbon's statistics share in a process: a daemon that nobody can stop. */
    @Override
    public void close() {
        balancer.shutdown();
        if (balancer.getRule() instanceof WeightedResponseTimeRule rule) {
            rule.shutdown();
        }
        balancer.getLoadBalancerStats().getServerStats().values().forEach(ServerStats::close);
    }
}
