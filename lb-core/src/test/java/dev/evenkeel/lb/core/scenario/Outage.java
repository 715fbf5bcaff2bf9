package dev.evenkeel.lb.core.scenario;

import java.util.OptionalLong;

/** How long one machine was sick, and how long the balancer took to know. Times are nanoseconds. */
final class Outage {
    /** That of a machine which has never been sick. */
    static final Outage NONE = new Outage(0);

    static {
        NONE.end(true, 0);
    }

    private long began;
    private OptionalLong ended = OptionalLong.empty();
    private OptionalLong found = OptionalLong.empty();
    private OptionalLong back = OptionalLong.empty();

    Outage(long began) {
        this.began = began;
    }

    /** Takes note that the balancer knows the backend from now on. */
    void canBeFound(long now) {
        began = now;
    }

    /** Takes in whether the backend is in rotation now. */
    void note(boolean inRotation, long now) {
        if (ended.isEmpty() && !inRotation && found.isEmpty()) {
            found = OptionalLong.of(now);
        }
        if (ended.isPresent() && inRotation && back.isEmpty()) {
            back = OptionalLong.of(now);
        }
    }

    void end(boolean inRotation, long now) {
        ended = OptionalLong.of(now);
        note(inRotation, now);
    }

    boolean isOver() {
        return ended.isPresent();
    }

    boolean isFound() {
        return found.isPresent();
    }

    /** Returns how long after the event it was out of rotation for the first time; empty for never. */
    OptionalLong detection() {
        return found.isPresent() ? OptionalLong.of(found.getAsLong() - began) : OptionalLong.empty();
    }

    /** Returns how long after the end it was in rotation again; empty for never. */
    OptionalLong recovery() {
        return back.isPresent() ? OptionalLong.of(back.getAsLong() - ended.orElseThrow()) : OptionalLong.empty();
    }
}
