package dev.evenkeel.lb.api;

import java.util.List;

/**
 * Every backend that is usable has as many attempts in flight as it may have, so nothing was sent. Nothing is broken:
 * the limit is ours, and a later attempt may find room.
 */
public final class BackendsSaturatedException extends NoBackendAvailableException {
    private static final long serialVersionUID = 1L;

    /**
     * @param balancer the balancer's name
     * @param backends every backend with its state and what it has in flight
     */
    public BackendsSaturatedException(String balancer, List<BackendSnapshot> backends) {
        super(balancer, Reason.SATURATED, backends);
    }
}
