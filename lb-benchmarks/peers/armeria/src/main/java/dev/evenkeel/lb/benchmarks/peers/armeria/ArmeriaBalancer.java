package dev.evenkeel.lb.benchmarks.peers.armeria;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.DynamicEndpointGroup;
import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic endpoint group of Armeria. Down is who is not in it, as in its health-checked group, which is a dynamic group too
 * and after each verdict sets the list of those that are healthy. That group does so anew for each endpoint that
 * changes; here a whole pattern is one list, and picks go the same way.
 */
final class ArmeriaBalancer implements Balancer {
    private final Group group;
    private final List<Endpoint> endpoints;
    private final Map<Endpoint, Integer> numbers;

    /** One for each key. */
    private final ClientRequestContext[] contexts;

    private final EventLoop eventLoop;

    private ArmeriaBalancer(
            Group group, List<Endpoint> endpoints, ClientRequestContext[] contexts, EventLoop eventLoop) {
        this.group = group;
        this.endpoints = endpoints;
        this.numbers = IntStream.range(0, endpoints.size())
                .boxed()
                .collect(Collectors.toMap(endpoints::get, number -> number));
        this.contexts = contexts;
        this.eventLoop = eventLoop;
        group.put(endpoints);
    }

    static ArmeriaBalancer of(EndpointSelectionStrategy strategy, Family family, int backends) {
        List<Endpoint> endpoints = IntStream.range(0, backends)
                .mapToObj(number -> endpoint(number, family))
                .toList();
        EventLoop eventLoop = new DefaultEventLoop();
        ClientRequestContext[] contexts = IntStream.range(0, KEYS)
                .mapToObj(key -> context(key, eventLoop))
                .toArray(ClientRequestContext[]::new);
        return new ArmeriaBalancer(new Group(strategy), endpoints, contexts, eventLoop);
    }

    /** With the weight that Armeria gives it, unless the family goes by weight. */
    private static Endpoint endpoint(int number, Family family) {
        Endpoint endpoint =
                Endpoint.of("10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255), 8080);
        return family == Family.WEIGHTED_ROUND_ROBIN ? endpoint.withWeight(family.weight(number)) : endpoint;
    }

    /** As its client makes one for each request, which is left out of what is timed. */
    private static ClientRequestContext context(int key, EventLoop eventLoop) {
        return ClientRequestContext.builder(HttpRequest.of(HttpMethod.GET, "/users/" + key))
                .eventLoop(eventLoop)
                .build();
    }

    /**
     * {@code EndpointGroup.selectNow} with a request context that is there already; where the strategy is sticky, with the hash
     * code of the path, which the string remembers.
     */
    @Override
    public @Nullable Object pick(int key) {
        return group.selectNow(contexts[key]);
    }

    @Override
    public Object attempt(int key) {
        throw new UnsupportedOperationException("it counts nothing");
    }

    @Override
    public int number(Object answer) {
        return Objects.requireNonNull(numbers.get((Endpoint) answer));
    }

    /** One list takes the place of the other, so one is up at every instant. */
    @Override
    public void mark(BitSet up) {
        group.put(up.stream().mapToObj(endpoints::get).toList());
    }

    @Override
    public void close() {
        group.close();
        eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** Lets its list be set from outside. */
    private static final class Group extends DynamicEndpointGroup {
        Group(EndpointSelectionStrategy strategy) {
            super(strategy);
        }

        void put(List<Endpoint> endpoints) {
            setEndpoints(endpoints);
        }
    }
}
