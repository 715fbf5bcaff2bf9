package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A way to pick, so that the same race can be run on several. */
@FunctionalInterface
interface Picker {
    /** Returns a backend that is up, or null for "none". */
    @Nullable
    Backend pick();

    /**
     * The classic round robin that many proxies and libraries ship, kept for comparison: a fresh ticket from the shared
     * counter for every step, at most as many steps as there are members. Threads draw each other's tickets, so one
     * thread can miss a member that is up all the time, and say "none".
     */
    static Picker classic(Backends backends) {
        Member[] members = backends.members().toArray(Member[]::new);
        AtomicLong counter = new AtomicLong();
        return () -> {
            for (int step = 0; step < members.length; step++) {
                Member member = members[(int) Math.floorMod(counter.getAndIncrement(), (long) members.length)];
                if (member.gates() == 0) {
                    return member;
                }
            }
            return null;
        };
    }
}
