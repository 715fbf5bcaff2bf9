package dev.evenkeel.lb.evidence;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * How much is measured.
 *
 * @param budget the time for all of it, the build included
 */
record Form(String name, Grid grid, Rounds rounds, Sizes sizes, Duration budget) {
    /** As many rounds as fit into a quarter of an hour on two cores. */
    static final Form QUICK = new Form(
            "quick",
            new Grid(
                    List.of(10, 1_000),
                    List.of(Cell.NONE_DOWN, "0.9"),
                    new Grid.Shared(List.of(2), List.of(10), EnumSet.of(Family.ROUND_ROBIN, Family.POWER_OF_TWO)),
                    List.of(1)),
            new Rounds(10, new Pace(8, 4, 50)),
            new Sizes(
                    new Sizes.Races(1_000_000, 4, List.of(3)),
                    new Sizes.Calls(5, 4_000, "1,8,64", Duration.ofSeconds(30)),
                    new Sizes.Scale("10,1000,100000", 500, Duration.ofSeconds(40))),
            Duration.ofMinutes(15));

    /** All of it, in about four hours. */
    static final Form FULL = new Form(
            "full",
            new Grid(
                    List.of(3, 10, 100, 1_000, 10_000),
                    List.of(Cell.NONE_DOWN, "0.33", "0.9", "all-but-one"),
                    new Grid.Shared(List.of(2, 8), List.of(3, 10, 100, 1_000, 10_000), EnumSet.allOf(Family.class)),
                    List.of(1, 2, 8)),
            new Rounds(10, new Pace(5, 5, 100)),
            new Sizes(
                    new Sizes.Races(10_000_000, 4, List.of(3, 10)),
                    new Sizes.Calls(20, 10_000, "1,8,64", Duration.ofMinutes(10)),
                    new Sizes.Scale("10,1000,100000", 2_000, Duration.ofMinutes(4))),
            Duration.ofHours(8));

    /** A moment of each kind, to see that all of it still runs. What it measures means nothing. */
    static final Form SMOKE = new Form(
            "smoke",
            new Grid(
                    List.of(10),
                    List.of(Cell.NONE_DOWN),
                    new Grid.Shared(List.of(2), List.of(10), EnumSet.of(Family.ROUND_ROBIN)),
                    List.of(1)),
            new Rounds(1, new Pace(1, 1, 10)),
            new Sizes(
                    new Sizes.Races(20_000, 2, List.of(3)),
                    new Sizes.Calls(1, 50, "1", Duration.ofSeconds(3)),
                    new Sizes.Scale("10", 10, Duration.ofSeconds(3))),
            Duration.ofMinutes(10));

    /**
     * How often the picks are measured.
     *
     * @param wanted at most, if there is time
     */
    record Rounds(int wanted, Pace pace) {
        /** Returns the fewest that tell anything: of one there is no interval. */
        int fewest() {
            return Math.min(2, wanted);
        }
    }

    Pace pace() {
        return rounds.pace;
    }

    @Override
    public String toString() {
        return name;
    }
}
