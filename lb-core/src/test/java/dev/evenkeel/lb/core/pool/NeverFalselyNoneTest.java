package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "None" is never said while one backend is up at every instant. The long form is in lb-benchmarks. */
@Timeout(120)
class NeverFalselyNoneTest {
    private static final int PICKERS = 4;
    private static final int PICKS = 300_000;

    @Test
    void while_one_stays_up_and_all_others_flap() throws Exception {
        Roster roster = Rosters.of(3, Rosters.DEAF);
        Pool pool = new Pool("orders", roster, RoundRobin.policy());
        pool.refresh();
        boolean[] close = {false};
        assertThat(noneWhile(pool, () -> {
                    close[0] = !close[0];
                    Rosters.probeGate(roster, 1, close[0]);
                    Rosters.probeGate(roster, 2, close[0]);
                    pool.refresh();
                }))
                .isZero();
    }

    /** The plan stays empty here, so that every pick must search; and the search takes long enough to be overtaken. */
    @Test
    void while_the_one_that_is_up_changes_overlapping_by_a_moment() throws Exception {
        int n = 40;
        Roster roster = Rosters.of(n, Rosters.DEAF);
        for (int i = 0; i < n; i++) {
            Rosters.probeGate(roster, i, true);
        }
        Pool pool = new Pool("orders", roster, RoundRobin.policy());
        pool.refresh();
        Rosters.probeGate(roster, 0, false);
        int[] up = {0};
        assertThat(noneWhile(pool, () -> {
                    int next = (up[0] + n / 2 - 1) % n;
                    Rosters.probeGate(roster, next, false);
                    Rosters.probeGate(roster, up[0], true);
                    up[0] = next;
                }))
                .isZero();
    }

    @Test
    void while_the_whole_set_is_replaced_over_and_over() throws Exception {
        Roster roster = Rosters.of(2, Rosters.DEAF);
        Pool pool = new Pool("orders", roster, RoundRobin.policy());
        pool.refresh();
        int[] round = {0};
        assertThat(noneWhile(pool, () -> {
                    int base = round[0]++ % 2 * 2 + 10;
                    roster.replace(List.of(Rosters.endpoint(base), Rosters.endpoint(base + 1)));
                    pool.refresh();
                }))
                .isZero();
    }

    private static int noneWhile(Pool pool, Runnable change) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(PICKERS + 1);
        try {
            Future<?> changing = executor.submit(() -> {
                while (!done.get()) {
                    change.run();
                }
            });
            List<Future<Integer>> picking = new ArrayList<>();
            for (int i = 0; i < PICKERS; i++) {
                picking.add(executor.submit(() -> {
                    int none = 0;
                    for (int pick = 0; pick < PICKS; pick++) {
                        if (pool.pick(Attempt.PLAIN) == null) {
                            none++;
                        }
                    }
                    return none;
                }));
            }
            int none = 0;
            for (Future<Integer> each : picking) {
                none += each.get();
            }
            done.set(true);
            changing.get();
            return none;
        } finally {
            done.set(true);
            executor.shutdownNow();
        }
    }
}
