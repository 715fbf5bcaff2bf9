package dev.evenkeel.lb.benchmarks.peers.grpc;

import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What a channel is to its balancer: it makes the subchannels, one for each address, and holds the picker of the moment. */
final class Channel extends LoadBalancer.Helper {
    private static final ChannelLogger SILENCE = new ChannelLogger() {
        @Override
        public void log(ChannelLogLevel level, String message) {}

        @Override
        public void log(ChannelLogLevel level, String messageFormat, Object... args) {}
    };

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "grpc-timers");
        thread.setDaemon(true);
        return thread;
    });
    private final SynchronizationContext context = new SynchronizationContext((thread, e) -> {
        throw new IllegalStateException("the balancer broke off", e);
    });

    /** By number of the backend. Of the context. */
    private final Connection[] connections;

    /** Written in the context, read by all who pick. */
    private volatile @Nullable SubchannelPicker picker;

    Channel(int backends) {
        connections = new Connection[backends];
    }

    /** Returns what to pick from now. */
    SubchannelPicker picker() {
        SubchannelPicker now = picker;
        if (now == null) {
            throw new IllegalStateException("the balancer has given no picker yet");
        }
        return now;
    }

    /** Of the context. */
    Connection connection(int number) {
        return connections[number];
    }

    /** Has something done in the context, and returns when it is done. */
    <T> T run(Callable<T> work) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        context.execute(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the balancer broke off", e.getCause());
        }
    }

    /** Stops the timers. */
    void close() {
        timers.shutdownNow();
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
        Connection connection = new Connection(args.getAddresses(), SILENCE);
        connections[Channel.number(connection)] = connection;
        return connection;
    }

    /** Returns the number of the backend that a subchannel leads to, also where the balancer has wrapped it. */
    static int number(Subchannel subchannel) {
        return address(subchannel).number;
    }

    /** Returns the address of the backend that a subchannel leads to. */
    static Address address(Subchannel subchannel) {
        return (Address) subchannel.getAddresses().getAddresses().get(0);
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
        this.picker = picker;
    }

    @Override
    public ManagedChannel createOobChannel(EquivalentAddressGroup addresses, String authority) {
        throw new UnsupportedOperationException("the policies here talk to nobody");
    }

    /** Does nothing: the addresses stay. */
    @Override
    public void refreshNameResolution() {}

    @Override
    public SynchronizationContext getSynchronizationContext() {
        return context;
    }

    @Override
    public ScheduledExecutorService getScheduledExecutorService() {
        return timers;
    }

    @Override
    public String getAuthority() {
        return "peers";
    }

    @Override
    public String getChannelTarget() {
        return "fake:///peers";
    }

    @Override
    public ChannelLogger getChannelLogger() {
        return SILENCE;
    }
}
