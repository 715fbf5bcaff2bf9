package dev.evenkeel.lb.benchmarks.peers.grpc;

import io.grpc.Attributes;
import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subchannel whose state is set by hand, through the states that a real one goes through. For the channel's context. */
final class Connection extends Subchannel {
    private static final ConnectivityStateInfo REFUSED =
            ConnectivityStateInfo.forTransientFailure(Status.UNAVAILABLE.withDescription("connection refused"));

    private final List<EquivalentAddressGroup> addresses;
    private final ChannelLogger logger;
    private @Nullable SubchannelStateListener listener;
    private boolean up;

    Connection(List<EquivalentAddressGroup> addresses, ChannelLogger logger) {
        this.addresses = addresses;
        this.logger = logger;
    }

    boolean up() {
        return up;
    }

    /** Connects. */
    void rise() {
        up = true;
        tell(ConnectivityStateInfo.forNonError(ConnectivityState.CONNECTING));
        tell(ConnectivityStateInfo.forNonError(ConnectivityState.READY));
    }

    /** Loses its connection and fails to get another one. */
    void fall() {
        up = false;
        tell(ConnectivityStateInfo.forNonError(ConnectivityState.IDLE));
        tell(ConnectivityStateInfo.forNonError(ConnectivityState.CONNECTING));
        tell(REFUSED);
    }

    private void tell(ConnectivityStateInfo state) {
        if (listener == null) {
            throw new IllegalStateException(this + " is to become " + state + " before it was started");
        }
        listener.onSubchannelState(state);
    }

    @Override
    public void start(SubchannelStateListener listener) {
        this.listener = listener;
    }

    @Override
    public void shutdown() {}

    /** Does nothing: it connects when it is told to rise. */
    @Override
    public void requestConnection() {}

    @Override
    public List<EquivalentAddressGroup> getAllAddresses() {
        return addresses;
    }

    @Override
    public void updateAddresses(List<EquivalentAddressGroup> sameAsBefore) {}

    @Override
    public Attributes getAttributes() {
        return Attributes.EMPTY;
    }

    @Override
    public ChannelLogger getChannelLogger() {
        return logger;
    }

    @Override
    public String toString() {
        return "subchannel of " + addresses;
    }
}
