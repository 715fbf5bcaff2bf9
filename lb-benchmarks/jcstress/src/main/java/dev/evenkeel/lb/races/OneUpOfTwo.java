package dev.evenkeel.lb.races;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.MembershipObserver;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two backends of which at least one is up at every instant. The plan is out of date from the start: it knows only the
 * one that is down now, so that a pick has to search the members, which is where "none" could be said wrongly.
 */
final class OneUpOfTwo {
    private static final List<Endpoint> ENDPOINTS =
            List.of(Endpoint.of("http://10.0.0.1:8080"), Endpoint.of("http://10.0.0.2:8080"));

    /** How often which one is up changes, and how often a picker picks meanwhile. */
    private static final int MOVES = 4;

    private static final int PICKS = 8;

    /** How often a member is probed; even, so that the last one passes. */
    static final int PROBES = 6;

    private static final EventSink NOBODY_LISTENS = new EventSink() {
        @Override
        public void offer(LoadBalancerEvent event) {}

        @Override
        public void flush() {}
    };

    /** The quicker a gate flips, the narrower the race. */
    private static final Ticker FROZEN = new Ticker() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant wallTime() {
            return Instant.EPOCH;
        }
    };

    private final Roster roster = new Roster("race", FROZEN, NOBODY_LISTENS, 0);
    private final Member[] members = new Member[2];
    private final Pool pool = new Pool("race", roster, RoundRobin.policy());
    private int up;

    OneUpOfTwo() {
        roster.observe(new MembershipObserver() {
            private int joined;

            @Override
            public void joined(Member member) {
                members[joined++] = member;
            }

            @Override
            public void left(Member member) {
                throw new IllegalStateException(member + " left, but nobody leaves here");
            }
        });
        roster.replace(ENDPOINTS);
        close(1);
        pool.refresh();
        move();
    }

    /** Opens the gate of the one that is down, then closes that of the one that was up. */
    void move() {
        int next = 1 - up;
        roster.align(members[next], Gate.PROBE, () -> false, "up");
        close(up);
        up = next;
    }

    private void close(int which) {
        roster.align(members[which], Gate.PROBE, () -> true, "down");
    }

    /** Opens the gate of the one that is down, so that both are up. */
    void open() {
        roster.align(members[1 - up], Gate.PROBE, () -> false, "up");
    }

    /** Has the probes of a member fail and pass by turns, and pass in the end. */
    void probeAFewTimes(Member member) {
        for (int probe = 0; probe < PROBES; probe++) {
            boolean fails = probe % 2 == 0;
            roster.align(member, Gate.PROBE, () -> fails, "by turns");
        }
    }

    /** Ejects a member, if it is up. */
    boolean eject(Member member) {
        return roster.ejections()
                .eject(member, "by hand", members -> 1, () -> "for good")
                .ejected();
    }

    /** Moves to and fro, for the one thread that makes the changes. */
    void moveAFewTimes() {
        for (int move = 0; move < MOVES; move++) {
            move();
        }
    }

    @Nullable
    Member pick() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Returns null for "none". */
    @Nullable
    Member begin() {
        try {
            return pool.begin(Attempt.PLAIN);
        } catch (NoBackendAvailableException e) {
            return null;
        }
    }

    /** The one that is up; for the thread that makes the changes, and before there are others. */
    Member up() {
        return members[up];
    }

    Member[] members() {
        return members;
    }

    /** A way to pick. */
    @FunctionalInterface
    interface Picker {
        @Nullable
        Member pick();
    }

    /** Picks a few times, to the end, and returns 1 if any pick said "none", else 0. */
    static int saysNone(Picker picker) {
        int none = 0;
        for (int pick = 0; pick < PICKS; pick++) {
            if (picker.pick() == null) {
                none = 1;
            }
        }
        return none;
    }
}
