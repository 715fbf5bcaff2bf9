package dev.evenkeel.lb.benchmarks.peers;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which backends are up when a share of them is down. */
final class Shares {
    private Shares() {}

    /**
     * Draws who is up from a fixed seed.
     *
     * @param down a share such as {@code 0.9}, rounded to the nearest number that leaves one up, or {@code all-but-one}
     * @throws IllegalArgumentException if it is neither, or below 0 or above 1
     */
    static BitSet up(int backends, String down) {
        List<Integer> order = IntStream.range(0, backends).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(17));
        BitSet up = new BitSet(backends);
        up.set(0, backends);
        order.subList(0, count(backends, down)).forEach(up::clear);
        return up;
    }

    private static int count(int backends, String down) {
        if (down.equals("all-but-one")) {
            return backends - 1;
        }
        double share;
        try {
            share = Double.parseDouble(down);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("down must be a share from 0 to 1 or all-but-one, was " + down, e);
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("down must be from 0 to 1 or all-but-one, was " + down);
        }
        return (int) Math.min(backends - 1, Math.round(share * backends));
    }
}
