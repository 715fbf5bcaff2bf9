package dev.evenkeel.lb.core.pool;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a tier had when its health began to be ignored, draining members aside.
 *
 * @param up how many were up
 * @param members how many there were
 */
record Panic(int tier, int up, int members) {
    /** Returns the panics of a layout by tier. */
    static Map<Integer, Panic> of(Layout layout) {
        Map<Integer, Panic> panics = new TreeMap<>();
        for (Layout.Part part : layout.parts()) {
            if (part.isPanic()) {
                for (Layout.Placed placed : part.members()) {
                    Standing member = placed.standing();
                    if (member.isOpen(part.mask())) {
                        int up = member.isOpen(Gate.ALL) ? 1 : 0;
                        panics.merge(
                                member.endpoint().tier(),
                                new Panic(member.endpoint().tier(), up, 1),
                                (one, other) -> new Panic(one.tier, one.up + other.up, one.members + other.members));
                    }
                }
            }
        }
        return Map.copyOf(panics);
    }

    @Override
    public String toString() {
        return up + " of " + members + " in tier " + tier + " are up";
    }
}
