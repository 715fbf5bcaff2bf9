package dev.evenkeel.lb.benchmarks.peers.vertx;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.core.net.endpoint.ServerInteraction;
import io.vertx.core.net.endpoint.ServerSelector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A selector of Vert.x over servers that are made by hand, in the kind of list that its own resolver makes. */
final class VertxBalancer implements Balancer {
    private final List<Server> servers;
    private final ServerSelector selector;

    /** What requests are routed by, or null if the policy goes by no key. */
    private final String @Nullable [] keys;

    private VertxBalancer(LoadBalancer policy, int backends, String @Nullable [] keys) {
        this.servers = IntStream.range(0, backends)
                .mapToObj(number -> Server.numbered(number, policy.newMetrics()))
                .collect(Collectors.toCollection(ArrayList::new));
        this.selector = policy.selector(servers);
        this.keys = keys;
    }

    static VertxBalancer keyless(LoadBalancer policy, int backends) {
        return new VertxBalancer(policy, backends, null);
    }

    static VertxBalancer keyed(LoadBalancer policy, int backends) {
        return new VertxBalancer(
                policy,
                backends,
                IntStream.range(0, KEYS).mapToObj(key -> "user-" + key).toArray(String[]::new));
    }

    /**
     * {@code ServerSelector.select}, with the routing key where the policy goes by one, and the server at that index of the list.
     * What the HTTP client of Vert.x does before it, to find the selector of an address, is left out.
     */
    @Override
    public @Nullable Object pick(int key) {
        return select(key);
    }

    private @Nullable Server select(int key) {
        int index = keys == null ? selector.select() : selector.select(keys[key]);
        return index < 0 ? null : servers.get(index);
    }

    /**
     * The pick, a new interaction with the server, and the four events of a call that the HTTP client of Vert.x tells it: begin and
     * end of the request, begin and end of the response. The metrics are those that the policy makes.
     */
    @Override
    public @Nullable Object attempt(int key) {
        Server server = select(key);
        if (server == null) {
            return null;
        }
        ServerInteraction interaction = server.newInteraction();
        interaction.reportRequestBegin();
        interaction.reportRequestEnd();
        interaction.reportResponseBegin();
        interaction.reportResponseEnd();
        return server;
    }

    @Override
    public int number(Object answer) {
        return ((Server) answer).number();
    }

    @Override
    public void mark(BitSet up) {
        throw new UnsupportedOperationException("it does not mark servers");
    }

    @Override
    public void close() {}
}
