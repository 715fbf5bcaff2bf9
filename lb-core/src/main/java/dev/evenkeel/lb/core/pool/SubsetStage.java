package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.core.plan.Subset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stage that draws the members of one tier which this client uses.
 *
 * <p>The client has an order of preference over all members, in which health plays no part. It is walked until enough
 * usable ones are found; those passed on the way belong to the subset as well, so when they come back the subset shrinks
 * to what it was. In panic health does not count here either, or a broken health check would connect every client to
 * every backend. Who leaves is no longer one of the set and is not drawn.
 */
final class SubsetStage {
    private SubsetStage() {}

    /** The members that were drawn and the others, each in their old order. */
    record Draw(List<Standing> drawn, List<Standing> rest) {}

    static Draw draw(List<Standing> tier, @Nullable Subset subset, int mask) {
        if (subset == null) {
            return new Draw(tier, List.of());
        }
        List<Standing> present = tier.stream()
                .filter(member -> member.isOpen(Gate.LEAVING.bit()))
                .toList();
        if (present.size() <= subset.size()) {
            return new Draw(tier, List.of());
        }
        Set<Standing> walked = walk(preference(present, subset), subset.size(), mask);
        List<Standing> drawn = new ArrayList<>(walked.size());
        List<Standing> rest = new ArrayList<>(tier.size() - walked.size());
        for (Standing member : tier) {
            (walked.contains(member) ? drawn : rest).add(member);
        }
        return new Draw(drawn, rest);
    }

    private static Set<Standing> walk(List<Standing> order, int size, int mask) {
        Set<Standing> walked = Collections.newSetFromMap(new IdentityHashMap<>());
        int usable = 0;
        for (Standing member : order) {
            walked.add(member);
            usable += member.isOpen(mask) ? 1 : 0;
            if (usable == size) {
                break;
            }
        }
        return walked;
    }

    private static List<Standing> preference(List<Standing> members, Subset subset) {
        String clientId = subset.clientId();
        return clientId == null
                ? EvenDeal.preference(members, subset.size(), subset.clientIndex())
                : Ranking.of(members, clientId);
    }
}
