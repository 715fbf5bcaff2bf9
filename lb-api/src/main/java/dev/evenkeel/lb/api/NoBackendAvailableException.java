package dev.evenkeel.lb.api;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * No backend could be given, so nothing was sent. An {@link IOException}, so that code which handles a failed call
 * handles this too. The message tells of every backend why it was not usable.
 */
public class NoBackendAvailableException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How many backends the message tells of; {@link #backends()} has them all. */
    private static final int TOLD = 10;

    /** Why there was none. */
    public enum Reason {
        /** The balancer has no backend at all. */
        NONE_KNOWN,
        /** There are backends, and each is down, draining or leaving. */
        NONE_USABLE,
        /** Those that are usable have as many attempts in flight as they may; see {@link BackendsSaturatedException}. */
        SATURATED,
        /** Those that are usable are the ones that the attempt {@linkplain Attempt#excluding excludes}. */
        NONE_UNTRIED,
        /** The balancer was closed. */
        CLOSED
    }

    private final String balancer;
    private final Reason reason;
    private final transient @Nullable List<BackendSnapshot> backends;
    private final @Nullable String source;

    /** The message, once it has been sent over a wire that {@link #backends} do not cross. */
    private @Nullable String sent;

    /**
     * @param balancer the balancer's name
     * @param reason why there was none
     * @param backends every backend with its state and the last cause
     */
    public NoBackendAvailableException(String balancer, Reason reason, List<BackendSnapshot> backends) {
        this(balancer, reason, backends, null);
    }

    /**
     * @param balancer the balancer's name
     * @param reason why there was none
     * @param backends every backend with its state and the last cause
     * @param source what ails the source of the endpoints, such as {@code dns orders.internal: timed out}; null for nothing
     */
    public NoBackendAvailableException(
            String balancer, Reason reason, List<BackendSnapshot> backends, @Nullable String source) {
        this.source = source;
        this.balancer = balancer;
        this.reason = reason;
        this.backends = List.copyOf(backends);
    }

    /** Returns the name of the balancer that had none. */
    public String balancer() {
        return balancer;
    }

    /** Returns why there was none. */
    public Reason reason() {
        return reason;
    }

    /** Returns every backend as it was then; empty after deserialization. */
    public List<BackendSnapshot> backends() {
        return backends == null ? List.of() : backends;
    }

    /** Returns the whole search, such as {@code orders: none of 2 backends is usable: http://a:8080 down 12 s ...}. */
    @Override
    public String getMessage() {
        if (sent != null) {
            return sent;
        }
        return switch (reason) {
            case NONE_KNOWN -> balancer + ": no backend is known" + (source == null ? "" : ": " + source);
            case CLOSED -> balancer + ": the balancer is closed";
            case NONE_USABLE -> search("usable") + (source == null ? "" : "; " + source);
            case SATURATED -> search("free");
            case NONE_UNTRIED ->
                balancer + ": every usable backend was tried already"
                        + (backends().isEmpty() ? "" : ": " + told());
        };
    }

    private String search(String wanted) {
        int all = backends().size();
        String head = all == 1
                ? ": the only backend is not " + wanted + ": "
                : ": none of " + all + " backends is " + wanted + ": ";
        return balancer + head + told();
    }

    private String told() {
        int more = backends().size() - TOLD;
        return backends().stream().limit(TOLD).map(this::tell).collect(Collectors.joining(", "))
                + (more > 0 ? ", and " + more + " more" : "");
    }

    private String tell(BackendSnapshot backend) {
        boolean full = reason == Reason.SATURATED && backend.state() == BackendState.UP;
        return full ? backend.endpoint() + " " + backend.traffic().inFlight() + " in flight" : backend.summary();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        sent = getMessage();
        out.defaultWriteObject();
    }
}
