package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.core.plan.PlanRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Members for the stages, made up without a roster, and what tests read off a layout. */
final class Standings {
    static final int UP = 0;
    static final int DOWN = Gate.PROBE.bit();
    static final int DRAINING = Gate.OPERATOR.bit();
    static final int LEAVING = Gate.LEAVING.bit();

    /** Up for longer than any slow start in these tests. */
    static final long LONG_AGO = -3_600_000_000_000L;

    private Standings() {}

    /** Knows only its place: all else, the stages must take from the standing. */
    private record Placeholder(Endpoint endpoint) implements Backend {
        @Override
        public int weight() {
            throw new AssertionError("a live weight makes a plan impure");
        }

        @Override
        public int inFlight() {
            throw new AssertionError("load is no matter of a plan");
        }

        @Override
        public boolean isEligible() {
            throw new AssertionError("a live gate makes a plan impure");
        }
    }

    static Standing of(String labelled, int gates) {
        return of(labelled, gates, LONG_AGO);
    }

    static Standing of(String labelled, int gates, long upSince) {
        Endpoint endpoint = Endpoint.labelled("http://" + labelled);
        return new Standing(new Placeholder(endpoint), endpoint, gates, upSince, true);
    }

    static Standing unjudged(Standing member) {
        return new Standing(member.backend(), member.endpoint(), member.gates(), member.upSince(), false);
    }

    static Standing gates(Standing member, int gates) {
        return new Standing(member.backend(), member.endpoint(), gates, member.upSince(), member.judged());
    }

    /** Members of one tier, so many of them up and the rest down. */
    static List<Standing> tier(int tier, int members, int up) {
        return IntStream.range(0, members)
                .mapToObj(i -> of("t" + tier + "-" + i + ";tier=" + tier, i < up ? UP : DOWN))
                .toList();
    }

    static List<Standing> up(int members) {
        return tier(0, members, members);
    }

    static List<Standing> both(List<Standing> some, List<Standing> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    static String host(Standing member) {
        return member.endpoint().host();
    }

    static List<String> hosts(List<Standing> members) {
        return members.stream().map(Standings::host).toList();
    }

    static boolean isUp(Standing member) {
        return member.gates() == 0;
    }

    static boolean isDraining(Standing member) {
        return (member.gates() & (Gate.OPERATOR.bit() | Gate.LEAVING.bit() | Gate.BALANCER.bit())) != 0;
    }

    static List<Standing> eligible(Layout.Part part) {
        return part.members().stream()
                .filter(Layout.Placed::eligible)
                .map(Layout.Placed::standing)
                .toList();
    }

    static List<Standing> eligible(Layout layout) {
        return layout.parts().stream().flatMap(part -> eligible(part).stream()).toList();
    }

    static int tier(Layout.Part part) {
        return part.members().get(0).standing().endpoint().tier();
    }

    /** What each tier gets, by its number. */
    static Map<Integer, Double> byTier(Layout layout) {
        return layout.parts().stream()
                .collect(Collectors.groupingBy(Standings::tier, Collectors.summingDouble(Layout.Part::share)));
    }

    /** What each zone gets, by its name; "none" for those without. */
    static Map<String, Double> byZone(Layout layout) {
        return layout.parts().stream()
                .collect(Collectors.groupingBy(
                        part -> zone(part.members().get(0).standing()), Collectors.summingDouble(Layout.Part::share)));
    }

    static String zone(Standing member) {
        String zone = member.endpoint().zone();
        return zone == null ? "none" : zone;
    }

    /** The percentage of each eligible member. */
    static Map<Standing, Integer> ramps(Layout layout) {
        Map<Standing, Integer> ramps = new HashMap<>();
        for (Layout.Part part : layout.parts()) {
            for (Layout.Placed placed : part.members()) {
                if (placed.eligible()) {
                    ramps.put(placed.standing(), placed.ramp());
                }
            }
        }
        return ramps;
    }

    static Layout layout(List<Standing> members, PlanRules rules) {
        return Stages.layout(members, rules, 0);
    }

    /** A set of up to 30 members with any labels and gates. */
    static List<Standing> random(Random random, long now) {
        int n = random.nextInt(31);
        int tiers = 1 + random.nextInt(4);
        int zones = 1 + random.nextInt(4);
        int up = random.nextInt(4);
        List<Standing> members = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            String zone = random.nextInt(4) == 0 ? "" : ";zone=z" + random.nextInt(zones);
            int weight = random.nextInt(4) == 0 ? 1 + random.nextInt(Endpoint.MAX_WEIGHT) : 1 + random.nextInt(5);
            String labels = ";weight=" + weight + ";tier=" + random.nextInt(tiers) + zone;
            int gates = random.nextInt(4) < up ? UP : random.nextInt(Gate.ALL + 1);
            long upSince = now - (long) (random.nextDouble() * 2e9);
            Standing member = of("m" + i + labels, gates, upSince);
            members.add(random.nextInt(200) == 0 ? unjudged(member) : member);
        }
        return members;
    }
}
