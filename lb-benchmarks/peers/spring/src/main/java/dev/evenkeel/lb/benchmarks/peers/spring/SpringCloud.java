package dev.evenkeel.lb.benchmarks.peers.spring;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.WeightedServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.ServiceInstanceListSuppliers;
import org.springframework.cloud.loadbalancer.support.SimpleObjectProvider;

/**
 * Spring Cloud LoadBalancer without an application around it. Its balancers pick from the list that a supplier gives them, and
 * know nothing else; so weights and health are those of the supplier, and a subject with them is named after both.
 */
public final class SpringCloud implements Peer {
    private static final String SERVICE = "peers";

    @Override
    public String name() {
        return "Spring Cloud";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("RoundRobinLoadBalancer", Family.ROUND_ROBIN, false, false),
                new Subject("RoundRobinLoadBalancer withHealthChecks", Family.ROUND_ROBIN, false, true),
                new Subject("RoundRobinLoadBalancer withWeighted", Family.WEIGHTED_ROUND_ROBIN, false, false),
                new Subject("RandomLoadBalancer", Family.RANDOM, false, false),
                new Subject("RandomLoadBalancer withHealthChecks", Family.RANDOM, false, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        List<ServiceInstance> instances = IntStream.range(0, backends)
                .mapToObj(number -> instance(number, subject.family().weight(number)))
                .toList();
        // By identity, which is cheaper than the hash of an instance.
        IdentityHashMap<ServiceInstance, Integer> numbers = new IdentityHashMap<>();
        instances.forEach(instance -> numbers.put(instance, numbers.size()));
        if (subject.marks()) {
            Checks checks = Checks.of(SERVICE, instances, numbers);
            return new SpringBalancer(policy(subject, checks.supplier()), numbers, checks);
        }
        ServiceInstanceListSupplier all =
                ServiceInstanceListSuppliers.from(SERVICE, instances.toArray(ServiceInstance[]::new));
        ServiceInstanceListSupplier supplier = subject.family() == Family.WEIGHTED_ROUND_ROBIN ? weighted(all) : all;
        return new SpringBalancer(policy(subject, supplier), numbers, null);
    }

    private static ServiceInstance instance(int number, int weight) {
        String host = "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
        Map<String, String> metadata = weight == 1 ? Map.of() : Map.of("weight", String.valueOf(weight));
        return new DefaultServiceInstance("peer-" + number, SERVICE, host, 8080, false, metadata);
    }

    /** With a cache over the weights, as is advised, since otherwise every pick would lay out the list anew. */
    private static ServiceInstanceListSupplier weighted(ServiceInstanceListSupplier all) {
        return new CachingServiceInstanceListSupplier(
                new WeightedServiceInstanceListSupplier(all),
                new ConcurrentMapCacheManager(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME));
    }

    private static ReactorLoadBalancer<ServiceInstance> policy(Subject subject, ServiceInstanceListSupplier supplier) {
        return switch (subject.family()) {
            case ROUND_ROBIN, WEIGHTED_ROUND_ROBIN ->
                new RoundRobinLoadBalancer(new SimpleObjectProvider<>(supplier), SERVICE);
            case RANDOM -> new RandomLoadBalancer(new SimpleObjectProvider<>(supplier), SERVICE);
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
