package dev.evenkeel.lb.benchmarks.peers.stork;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import io.smallrye.stork.api.LoadBalancer;
import io.smallrye.stork.api.Service;
import io.smallrye.stork.api.ServiceDiscovery;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.api.observability.NoopObservationCollector;
import java.util.BitSet;
import java.util.List;

/** A service as Stork sets it up, asked to pick from a list that is at hand, so that no discovery is timed. */
final class StorkBalancer implements Balancer {
    private final Service service;

    /** An {@code ArrayList} in the order of the ids: what the policies copy and sort soonest. Never changes. */
    private final List<ServiceInstance> instances;

    /** Whether the policy wants to know how long the attempts take. */
    private final boolean byTime;

    private StorkBalancer(Service service, List<ServiceInstance> instances, boolean byTime) {
        this.service = service;
        this.instances = instances;
        this.byTime = byTime;
    }

    static StorkBalancer of(
            LoadBalancer policy, ServiceDiscovery discovery, List<ServiceInstance> instances, boolean byTime) {
        Service service = new Service.Builder(new NoopObservationCollector())
                .serviceName("peers")
                .loadBalancer(policy)
                .serviceDiscovery(discovery)
                .requiresStrictRecording(policy.requiresStrictRecording())
                .build();
        return new StorkBalancer(service, instances, byTime);
    }

    /**
     * The public {@code Service.selectInstance} with the list, which is the policy's {@code selectServiceInstance}: its copy
     * of the list where it makes one, the choice, and the wrapper that would count. Takes no lock and counts nothing. Under
     * least-response-time every backend has answered once before.
     */
    @Override
    public Object pick(int key) {
        return service.selectInstance(instances);
    }

    /**
     * The public {@code Service.selectInstanceAndRecordStart} with the list, which is the pick and the start, under the
     * service's lock where the policy asks for one; and {@code recordEnd} of what it gave. The time is taken, and
     * {@code recordReply} called, only where the policy goes by time.
     */
    @Override
    public Object attempt(int key) {
        ServiceInstance instance = service.selectInstanceAndRecordStart(instances, byTime);
        if (instance.gatherStatistics()) {
            if (byTime) {
                instance.recordReply();
            }
            instance.recordEnd(null);
        }
        return instance;
    }

    /** The ids are the numbers. */
    @Override
    public int number(Object answer) {
        return (int) ((ServiceInstance) answer).getId();
    }

    @Override
    public void mark(BitSet up) {
        throw new UnsupportedOperationException("it knows no backends that are down");
    }

    @Override
    public void close() {}
}
