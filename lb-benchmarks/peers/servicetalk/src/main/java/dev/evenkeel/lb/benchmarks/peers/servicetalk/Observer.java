package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import io.servicetalk.client.api.NoActiveHostException;
import io.servicetalk.client.api.NoAvailableHostException;
import io.servicetalk.client.api.ServiceDiscovererEvent;
import io.servicetalk.loadbalancer.LoadBalancerObserver;
import java.util.Collection;

/** Hands on to each backend what the balancer says of it. */
final class Observer implements LoadBalancerObserver {
    @Override
    public HostObserver hostObserver(Object resolvedAddress) {
        return (Backend) resolvedAddress;
    }

    @Override
    public void onServiceDiscoveryEvent(Collection<? extends ServiceDiscovererEvent<?>> events) {}

    @Override
    public void onHostsUpdate(Collection<? extends Host> oldHosts, Collection<? extends Host> newHosts) {}

    @Override
    public void onNoAvailableHostException(NoAvailableHostException exception) {}

    @Override
    public void onNoActiveHostException(Collection<? extends Host> hosts, NoActiveHostException exception) {}
}
