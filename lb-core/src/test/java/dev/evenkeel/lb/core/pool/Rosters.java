package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Rosters for tests, whose gates are turned by hand. */
final class Rosters {
    /** Keeps what it is told. */
    static final class Events implements EventSink {
        final List<LoadBalancerEvent> all = new CopyOnWriteArrayList<>();

        @Override
        public void offer(LoadBalancerEvent event) {
            all.add(event);
        }

        @Override
        public void flush() {}
    }

    /** Tells nobody, for tests that make millions of changes. */
    static final EventSink DEAF = new EventSink() {
        @Override
        public void offer(LoadBalancerEvent event) {}

        @Override
        public void flush() {}
    };

    private Rosters() {}

    static Roster of(int backends, EventSink events) {
        Roster roster = new Roster("orders", ManualTime.create(), events, 0);
        roster.replace(IntStream.range(0, backends).mapToObj(Rosters::endpoint).toList());
        return roster;
    }

    static Endpoint endpoint(int number) {
        return Endpoint.of("http://b" + number + ":80");
    }

    static void probeGate(Roster roster, int member, boolean closed) {
        roster.align(roster.members()[member], Gate.PROBE, () -> closed, "by hand");
    }
}
