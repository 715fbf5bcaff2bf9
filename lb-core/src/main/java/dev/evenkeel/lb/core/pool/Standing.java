package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;

/**
 * One member as a plan sees it.
 *
 * @param backend the member
 * @param endpoint its place and labels then
 * @param gates the gates that were closed
 * @param upSince when the gates last became all open, on the monotonic clock; means nothing while one is closed
 * @param judged whether the prober has had a verdict, or there is no prober
 */
record Standing(Backend backend, Endpoint endpoint, int gates, long upSince, boolean judged) {
    boolean isOpen(int mask) {
        return (gates & mask) == 0;
    }
}
