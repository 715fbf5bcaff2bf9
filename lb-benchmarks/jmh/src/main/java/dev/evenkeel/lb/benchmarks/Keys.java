package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Attempt;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Attempts whose keys were hashed before anything is timed, all different, one after the other for each thread. */
@State(Scope.Thread)
@NullUnmarked // JMH calls the setup before anything is timed
public class Keys {
    /** More than there are backends, and a power of two, so that the next one costs no modulo. */
    private static final int COUNT = 1 << 14;

    private Attempt[] attempts;
    private int next;

    /** Makes the attempts. */
    @Setup
    public void make(ThreadParams thread) {
        attempts = new Random(17 + thread.getThreadIndex())
                .longs(COUNT)
                .mapToObj(id -> Attempt.keyed("user-" + id))
                .toArray(Attempt[]::new);
    }

    Attempt next() {
        return attempts[next++ & (COUNT - 1)];
    }
}
