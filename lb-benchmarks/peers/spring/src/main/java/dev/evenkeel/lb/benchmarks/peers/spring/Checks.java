package dev.evenkeel.lb.benchmarks.peers.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerProperties;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.loadbalancer.core.HealthCheckServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The library's own supplier of those who are healthy, with checks that answer at once what {@link #answer} was told last. A
 * round of checks is begun as the library begins one when discovery reports: by handing it the instances again. So nobody
 * waits for an interval, and the checks are over before {@link #answer} returns.
 */
final class Checks {
    /** Later than any race ends. No round begins by itself while something is timed. */
    private static final Duration NEVER = Duration.ofDays(1);

    /** Longer than any round takes that is not lost. */
    private static final Duration ROUND = Duration.ofSeconds(2);

    private static final int MOST_ROUNDS = 30;

    private final List<ServiceInstance> instances;
    private final Sinks.Many<List<ServiceInstance>> discovery =
            Sinks.many().replay().latest();
    private final HealthCheckServiceInstanceListSupplier supplier;

    /** Who answers that it is well. Replaced as a whole, so that a round sees one state. */
    private volatile BitSet up = new BitSet();

    private Checks(String service, List<ServiceInstance> instances, IdentityHashMap<ServiceInstance, Integer> numbers) {
        this.instances = instances;
        this.supplier = new HealthCheckServiceInstanceListSupplier(
                new Discovery(service, discovery.asFlux()),
                new Settings(),
                (instance, path) -> Mono.just(up.get(Objects.requireNonNull(numbers.get(instance)))));
    }

    /** Begins with all up, and returns when the supplier says so. */
    static Checks of(
            String service, List<ServiceInstance> instances, IdentityHashMap<ServiceInstance, Integer> numbers) {
        Checks checks = new Checks(service, instances, numbers);
        BitSet all = new BitSet();
        all.set(0, instances.size());
        checks.supplier.afterPropertiesSet();
        checks.answer(all);
        return checks;
    }

    ServiceInstanceListSupplier supplier() {
        return supplier;
    }

    /** Runs rounds in which exactly these are well, and returns when the supplier gives them and no others. */
    void answer(BitSet well) {
        up = (BitSet) well.clone();
        List<ServiceInstance> healthy = new ArrayList<>();
        well.stream().forEach(number -> healthy.add(instances.get(number)));
        // A round that begins while the library's own thread is still busy with the one before has been seen to get
        // lost.
        for (int round = 0; round < MOST_ROUNDS; round++) {
            discovery.tryEmitNext(instances).orThrow();
            if (supplier.get().filter(healthy::equals).take(ROUND).blockFirst() != null) {
                return;
            }
        }
        throw new IllegalStateException("after " + MOST_ROUNDS + " rounds the supplier does not give " + well);
    }

    /** Stops the checks, and the threads of timers, which no other balancer in this process needs. */
    void close() {
        supplier.destroy();
        Schedulers.shutdownNow();
    }

    /** A discovery that goes on reporting. */
    private record Discovery(String service, Flux<List<ServiceInstance>> reports)
            implements ServiceInstanceListSupplier {
        @Override
        public String getServiceId() {
            return service;
        }

        @Override
        public Flux<List<ServiceInstance>> get() {
            return reports;
        }
    }

    /** What an application configures: as it comes, but for the interval. */
    private static final class Settings implements ReactiveLoadBalancer.Factory<ServiceInstance> {
        @Override
        public LoadBalancerProperties getProperties(String service) {
            LoadBalancerProperties properties = new LoadBalancerProperties();
            properties.getHealthCheck().setInterval(NEVER);
            return properties;
        }

        @Override
        public ReactiveLoadBalancer<ServiceInstance> getInstance(String service) {
            throw new UnsupportedOperationException("there is no application to look in for " + service);
        }

        @Override
        public <X> Map<String, X> getInstances(String name, Class<X> type) {
            return Map.of();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the library's signature, not ours to choose
        public <X> X getInstance(String name, Class<?> type, Class<?>... generics) {
            throw new UnsupportedOperationException("there is no application to look in for " + name);
        }
    }
}
