package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A balancer of the policy that the benchmark is named after, as a user has it, with a share of its backends drained. */
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class DrainedBalancer {
    @Param({"3", "10", "100", "1000", "10000"})
    int backends;

    @Param({"0", "0.33", "0.9", "all-but-one"})
    String down;

    private LoadBalancer balancer;

    /** Builds the balancer and drains the share. */
    @Setup
    public void build(BenchmarkParams params) {
        Policy policy = Policy.of(params);
        BurstOfDrains drains = new BurstOfDrains(policy.make());
        List<Endpoint> endpoints = Backends.endpoints(backends, policy);
        balancer =
                LoadBalancers.named("bench").backends(endpoints).policy(drains).build();
        drains.run(balancer, Backends.sample(endpoints, down));
    }

    /** Closes the balancer. */
    @TearDown
    public void close() {
        balancer.close();
    }

    LoadBalancer balancer() {
        return balancer;
    }
}
