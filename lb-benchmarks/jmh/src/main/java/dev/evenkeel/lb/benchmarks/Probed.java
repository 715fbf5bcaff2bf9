package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.Prober;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.PoolSettings;
import dev.evenkeel.lb.core.pool.Roster;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Backends that are probed in virtual time, with the usual cadence, and always found well. For one thread. */
final class Probed {
    /** How long the backends are watched. */
    static final int SECONDS = 60;

    private static final int SLOTS_PER_SECOND = 10;
    private static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(1) / SLOTS_PER_SECOND;

    /** In a network that is near. */
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final VirtualTime time;
    private final Roster roster;
    private final Prober prober;

    /** How many probes began in each tenth of a second. */
    private final int[] started = new int[SECONDS * SLOTS_PER_SECOND + 1];

    private Probed(int backends, long seed) {
        time = new VirtualTime(seed, ANSWER_NANOS);
        roster = new Roster("scale", time, Backends.NOBODY_LISTENS, 0);
        Pool pool = new Pool(
                "scale",
                roster,
                Policy.ROUND_ROBIN.make(),
                new PoolSettings(PlanRules.DEFAULT, true, Long.MAX_VALUE),
                time);
        roster.replace(Backends.endpoints(backends, Policy.ROUND_ROBIN));
        pool.refresh();
        HealthCheck check = HealthCheck.of((endpoint, timeout) -> {
            started[(int) ((time.nanos() - ANSWER_NANOS) / SLOT_NANOS)]++;
            return Verdict.pass();
        });
        prober = Prober.start(check, roster, pool, time, time);
    }

    /**
     * What was seen of the probes.
     *
     * @param total how many began
     * @param atFirst the most that began in a tenth of the first second, in which each backend is probed for the first time
     * @param later the most that began in a tenth of any other second
     * @param atLast the most that began in a tenth of the last ten seconds
     * @param cpuMicros what each took of a real CPU
     */
    record Seen(int total, int atFirst, int later, int atLast, double cpuMicros) {}

    /** Probes backends for {@link #SECONDS}. */
    static Seen watch(int backends, long seed) {
        Probed probed = new Probed(backends, seed);
        long start = THREADS.getCurrentThreadCpuTime();
        probed.time.advanceTo(TimeUnit.SECONDS.toNanos(SECONDS));
        double micros = (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
        probed.prober.close();
        int total = Arrays.stream(probed.started).sum();
        return new Seen(
                total, probed.most(0, 1), probed.most(1, SECONDS), probed.most(SECONDS - 10, SECONDS), micros / total);
    }

    /** Returns the most that began in a tenth of the seconds from one to before another. */
    private int most(int from, int to) {
        return Arrays.stream(started, from * SLOTS_PER_SECOND, to * SLOTS_PER_SECOND)
                .max()
                .orElseThrow();
    }

    /** Returns backends that have all been probed once, with what probes them. */
    static Object onceProbed(int backends) {
        Probed probed = new Probed(backends, 17);
        probed.time.advanceTo(TimeUnit.SECONDS.toNanos(5));
        return probed;
    }
}
