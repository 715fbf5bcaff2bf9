package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What many backends cost off the hot path: to make a plan, to take a change of the members or of a backend's health in, in
 * memory, and to decide when whom to probe.
 *
 * <p>Each result is a line of JSON on the standard output; progress goes to the standard error.
 *
 * <p>Arguments, each optional: numbers of backends, {@code 10,1000,100000} by default; milliseconds for which each change is
 * repeated, unmeasured and then measured, 2,000 by default. Ends by itself: with 0, or with 2 if an argument is of no use.
 */
public final class Scale {
    private static final int MOST_BACKENDS = 1_000_000;
    private static final int MOST_MILLIS = 60_000;
    private static final int PROBED = 10_000;
    private static final int WATCHES = 5;

    private final List<Integer> sizes;
    private final int millis;

    private Scale(Arguments arguments) {
        this.sizes = arguments.numbers(0, "backends", List.of(10, 1_000, 100_000), MOST_BACKENDS);
        this.millis = arguments.number(1, "milliseconds", 2_000, MOST_MILLIS);
    }

    /** Measures and prints the results. */
    public static void main(String[] args) {
        Scale scale;
        try {
            scale = new Scale(Arguments.of(args, 2));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        for (int backends : scale.sizes) {
            System.err.println(backends + " backends");
            scale.changes(backends);
            memory(backends);
        }
        System.err.println("probes of " + PROBED + " backends");
        probes();
    }

    private void changes(int backends) {
        ChangeCost turns = new ChangeCost(backends, Policy.ROUND_ROBIN, millis);
        ChangeCost hash = new ChangeCost(backends, Policy.CONSISTENT_HASH, millis);
        turns.build().print("build, round robin", backends, "us");
        hash.build().print("build, consistent hash", backends, "us");
        turns.update().print("membership update, round robin", backends, "us");
        hash.update().print("membership update, consistent hash", backends, "us");
        turns.flip().print("health flip, round robin", backends, "us");
        hash.flip().print("health flip, consistent hash", backends, "us");
    }

    private static void memory(int backends) {
        memory(backends, Policy.ROUND_ROBIN, "memory per backend, round robin");
        memory(backends, Policy.CONSISTENT_HASH, "memory per backend, consistent hash");
        Retained.perBackend(backends, () -> Probed.onceProbed(backends))
                .print("memory per backend, members and probes alone", backends, "B");
    }

    private static void memory(int backends, Policy policy, String what) {
        // Not closed: on time that stands still it has neither a thread nor a timer.
        Retained.perBackend(
                        backends,
                        () -> LoadBalancers.named("scale")
                                .backends(Backends.endpoints(backends, policy))
                                .policy(policy.make())
                                .time(ManualTime.create())
                                .build())
                .print(what, backends, "B");
    }

    private static void probes() {
        Probed.watch(PROBED, 0); // so that all is compiled before the first that counts
        List<Probed.Seen> seen = IntStream.rangeClosed(1, WATCHES)
                .mapToObj(seed -> Probed.watch(PROBED, seed))
                .toList();
        String unit = "probes";
        spread(seen, Probed.Seen::total).print("probes in " + Probed.SECONDS + " s", PROBED, unit);
        spread(seen, Probed.Seen::atFirst).print("most probes in 100 ms, first second", PROBED, unit);
        spread(seen, Probed.Seen::later).print("most probes in 100 ms, later", PROBED, unit);
        spread(seen, Probed.Seen::atLast).print("most probes in 100 ms, last 10 s", PROBED, unit);
        Spread.of(PROBED / 100.0).print("even probes in 100 ms", PROBED, unit);
        spread(seen, Probed.Seen::cpuMicros).print("CPU per probe, without the asking", PROBED, "us");
    }

    private static Spread spread(List<Probed.Seen> seen, ToDoubleFunction<Probed.Seen> figure) {
        return Spread.of(seen.stream().mapToDouble(figure).toArray());
    }
}
