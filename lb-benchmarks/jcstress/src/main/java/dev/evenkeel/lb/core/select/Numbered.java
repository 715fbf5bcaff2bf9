package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;

/** A backend that knows its number and is always up and idle. */
record Numbered(int number) implements Backend {
    @Override
    public Endpoint endpoint() {
        return Endpoint.of("http://10.0.0." + number + ":8080");
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    @Override
    public boolean isEligible() {
        return true;
    }
}
