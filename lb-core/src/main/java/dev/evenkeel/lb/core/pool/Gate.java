package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;

/**
 * The authorities that can keep a backend out of rotation. Each owns one bit of {@link Member#gates()}: 0 is open, 1 is
 * closed. A backend is eligible while all bits are 0, so no authority can undo what another one said.
 */
public enum Gate {
    /** Closed while the prober finds the backend down. */
    PROBE(1, Kind.DOWN, Kind.UP),
    /** Closed while an operator drains the backend. */
    OPERATOR(1 << 1, Kind.DRAINING, Kind.RESUMED),
    /** Closed from the moment the backend is removed. */
    LEAVING(1 << 2, Kind.DRAINING, Kind.JOINED),
    /** Closed for good when the balancer is closed, so that a plan which is still in force gives nothing out. */
    BALANCER(1 << 3, Kind.CLOSED, Kind.CLOSED),
    /** Closed while the backend is ejected for the failures of the attempts on it. */
    OUTLIER(1 << 4, Kind.EJECTED, Kind.READMITTED);

    /** The bits of all gates. */
    public static final int ALL = PROBE.bit | OPERATOR.bit | LEAVING.bit | BALANCER.bit | OUTLIER.bit;

    /** The gates that keep a trial away: all but the one that the trial is about. */
    static final int TRIAL = ALL & ~OUTLIER.bit;

    private final int bit;
    private final Kind whenClosed;
    private final Kind whenOpened;

    Gate(int bit, Kind whenClosed, Kind whenOpened) {
        this.bit = bit;
        this.whenClosed = whenClosed;
        this.whenOpened = whenOpened;
    }

    /** Returns the bit of this gate. */
    public int bit() {
        return bit;
    }

    Kind event(boolean closed) {
        return closed ? whenClosed : whenOpened;
    }
}
