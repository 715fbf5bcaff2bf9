package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Broken on purpose: the classic round robin, a fresh shared ticket for every step, at most one step per member. Two
 * threads draw each other's tickets, and one of them misses the one that is up, which here does not even change.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "every pick found the one that is up")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a pick said none although one was up at every instant")
@State
public class RedTwinClassic {
    private final Member[] members = new OneUpOfTwo().members();
    private final AtomicLong counter = new AtomicLong();

    /** Picks. */
    @Actor
    public void onePicker(II_Result none) {
        none.r1 = OneUpOfTwo.saysNone(this::pick);
    }

    /** Picks too. */
    @Actor
    public void otherPicker(II_Result none) {
        none.r2 = OneUpOfTwo.saysNone(this::pick);
    }

    private @Nullable Member pick() {
        for (int step = 0; step < members.length; step++) {
            Member member = members[(int) Math.floorMod(counter.getAndIncrement(), (long) members.length)];
            if (member.gates() == 0) {
                return member;
            }
        }
        return null;
    }
}
