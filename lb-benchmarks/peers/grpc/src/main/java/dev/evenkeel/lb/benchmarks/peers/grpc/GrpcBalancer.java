package dev.evenkeel.lb.benchmarks.peers.grpc;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.Metadata;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A policy out of the registry, with one subchannel for each backend. Up is a subchannel that is READY. */
final class GrpcBalancer implements Balancer {
    /** Weights hold as soon as they are known, and stay. The weights themselves come with each call, as by default. */
    private static final Map<String, ?> WEIGHTED = Map.of("blackoutPeriod", "0s", "weightExpirationPeriod", "86400s");

    private final Channel channel;
    private final LoadBalancer policy;
    private final int backends;
    private final PickSubchannelArgs call = new NothingToRead();
    private final Metadata headers = new Metadata();
    private final StreamInfo stream = StreamInfo.newBuilder().build();

    private GrpcBalancer(Channel channel, LoadBalancer policy, int backends) {
        this.channel = channel;
        this.policy = policy;
        this.backends = backends;
    }

    static GrpcBalancer of(Subject subject, int backends) throws InterruptedException {
        LoadBalancerProvider provider = provider(subject.policy());
        boolean weighted = subject.policy().equals("weighted_round_robin");
        ConfigOrError config = provider.parseLoadBalancingPolicyConfig(weighted ? WEIGHTED : Map.of());
        if (config.getError() != null) {
            throw new IllegalStateException("bad configuration: " + config.getError());
        }
        List<EquivalentAddressGroup> groups = new ArrayList<>();
        for (int number = 0; number < backends; number++) {
            groups.add(new EquivalentAddressGroup(
                    new Address(number, subject.family().weight(number))));
        }
        ResolvedAddresses addresses = ResolvedAddresses.newBuilder()
                .setAddresses(groups)
                .setLoadBalancingPolicyConfig(config.getConfig())
                .build();
        Channel channel = new Channel(backends);
        LoadBalancer policy = channel.run(() -> provider.newLoadBalancer(channel));
        GrpcBalancer balancer = new GrpcBalancer(channel, policy, backends);
        balancer.resolve(addresses);
        BitSet up = new BitSet(backends);
        up.set(0, backends);
        balancer.mark(up);
        if (weighted) {
            balancer.callEach();
            // With an answer of the resolver it takes the weights over at once, without one within a second.
            balancer.resolve(addresses);
        }
        return balancer;
    }

    private static LoadBalancerProvider provider(String policy) {
        LoadBalancerRegistry registry = LoadBalancerRegistry.getDefaultRegistry();
        LoadBalancerProvider provider = Objects.requireNonNull(registry.getProvider(policy), policy);
        // It comes along with grpc-xds and puts health checks around round_robin, which allocate with each pick. Most
        // users
        // have the plain one.
        if (provider.getClass().getName().startsWith("io.grpc.protobuf.services.")) {
            registry.deregister(provider);
            return provider(policy);
        }
        return provider;
    }

    private void resolve(ResolvedAddresses addresses) throws InterruptedException {
        Status status = channel.run(() -> policy.acceptResolvedAddresses(addresses));
        if (!status.isOk()) {
            throw new IllegalStateException("the addresses were not accepted: " + status);
        }
    }

    /** Has all backends report their load once. */
    private void callEach() {
        BitSet called = new BitSet(backends);
        // Until weights are known it takes turns; a few laps more, should it learn of some in between.
        for (int calls = 0; called.cardinality() < backends; calls++) {
            if (calls > 20 * backends) {
                throw new IllegalStateException("only " + called.cardinality() + " of " + backends + " were picked");
            }
            called.set(number(Objects.requireNonNull(attempt(0))));
        }
    }

    /**
     * {@code pickSubchannel} of the picker that the policy gave to the channel last, a volatile read away. The description of
     * the call is made beforehand.
     */
    @Override
    public @Nullable Object pick(int key) {
        PickResult result = channel.picker().pickSubchannel(call);
        return result.getSubchannel() == null ? null : result;
    }

    /**
     * The pick, and what a channel does with the tracer that comes with it: has it made, tells it that the stream was created,
     * which trailers came in, and that the stream was closed. So {@code least_request_experimental} counts what is in flight,
     * and {@code weighted_round_robin} reads the report of the load of which each backend sends one in the trailers of each
     * call.
     */
    @Override
    public @Nullable Object attempt(int key) {
        PickResult result = channel.picker().pickSubchannel(call);
        Subchannel subchannel = result.getSubchannel();
        ClientStreamTracer.Factory tracers = result.getStreamTracerFactory();
        if (subchannel == null || tracers == null) {
            return null;
        }
        ClientStreamTracer tracer = tracers.newClientStreamTracer(stream, headers);
        tracer.streamCreated(Attributes.EMPTY, headers);
        tracer.inboundTrailers(Channel.address(subchannel).trailers);
        tracer.streamClosed(Status.OK);
        return result;
    }

    @Override
    public int number(Object answer) {
        return Channel.number(Objects.requireNonNull(((PickResult) answer).getSubchannel()));
    }

    /**
     * Has subchannels become READY, or lose their connection and find no other, in the channel's context. Those who come up
     * first, so that one is up at every instant.
     */
    @Override
    public void mark(BitSet up) throws InterruptedException {
        channel.run(() -> {
            for (int number = 0; number < backends; number++) {
                Connection connection = channel.connection(number);
                if (up.get(number) && !connection.up()) {
                    connection.rise();
                }
            }
            for (int number = 0; number < backends; number++) {
                Connection connection = channel.connection(number);
                if (!up.get(number) && connection.up()) {
                    connection.fall();
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        try {
            channel.run(() -> {
                policy.shutdown();
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channel.close();
        }
    }
}
