package dev.evenkeel.lb.benchmarks.peers.vertx;

import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.endpoint.InteractionMetrics;
import io.vertx.core.net.endpoint.ServerEndpoint;
import io.vertx.core.net.endpoint.ServerInteraction;
import org.jspecify.annotations.Nullable;

/** One server of a list, such as a resolver of Vert.x makes one. */
final class Server implements ServerEndpoint {
    private final int number;
    private final SocketAddress address;
    private final String key;
    private final InteractionMetrics<?> metrics;

    private Server(int number, SocketAddress address, InteractionMetrics<?> metrics) {
        this.number = number;
        this.address = address;
        this.key = address.toString();
        this.metrics = metrics;
    }

    static Server numbered(int number, InteractionMetrics<?> metrics) {
        String host = "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
        return new Server(number, SocketAddress.inetSocketAddress(8080, host), metrics);
    }

    int number() {
        return number;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public Object unwrap() {
        return address;
    }

    @Override
    public InteractionMetrics<?> metrics() {
        return metrics;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    /** None, as where a resolver does not tell. */
    @Override
    public @Nullable String protocolId() {
        return null;
    }

    @Override
    public ServerInteraction newInteraction() {
        return begun(metrics);
    }

    private static <M> ServerInteraction begun(InteractionMetrics<M> metrics) {
        return new Interaction<>(metrics, metrics.initiateRequest());
    }

    /** Passes each event of one request on to the metrics of its server. */
    private record Interaction<M>(InteractionMetrics<M> metrics, M metric) implements ServerInteraction {
        @Override
        public void reportRequestBegin() {
            metrics.reportRequestBegin(metric);
        }

        @Override
        public void reportRequestEnd() {
            metrics.reportRequestEnd(metric);
        }

        @Override
        public void reportResponseBegin() {
            metrics.reportResponseBegin(metric);
        }

        @Override
        public void reportResponseEnd() {
            metrics.reportResponseEnd(metric);
        }

        @Override
        public void reportFailure(Throwable failure) {
            metrics.reportFailure(metric, failure);
        }
    }
}
