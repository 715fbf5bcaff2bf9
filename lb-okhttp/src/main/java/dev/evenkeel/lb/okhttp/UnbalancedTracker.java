package dev.evenkeel.lb.okhttp;

import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import org.jspecify.annotations.Nullable;

/** Counts a call that goes round the balancers on the connection it uses, which may be one to a backend. */
final class UnbalancedTracker extends EventListener {
    private final ConnectionHold hold;

    private UnbalancedTracker(Connections connections) {
        this.hold = new ConnectionHold(connections);
    }

    /**
     * Follows a call once, however often interceptors outside proceed.
     *
     * @param connections where uses are counted; null if nobody counts them
     */
    static void follow(Call call, @Nullable Connections connections) {
        if (connections != null && call.tag(UnbalancedTracker.class) == null) {
            UnbalancedTracker made = new UnbalancedTracker(connections);
            call.addEventListener(made);
            call.tag(UnbalancedTracker.class, () -> made);
        }
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        hold.acquired(connection);
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        hold.released(connection);
    }
}
