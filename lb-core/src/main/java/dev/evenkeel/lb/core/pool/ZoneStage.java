package dev.evenkeel.lb.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stage that keeps traffic in the local zone, within one tier.
 *
 * <p>The clients are taken to be spread evenly over the zones, so each zone has to carry 1 / zones of the traffic, and its
 * capacity is its share of the usable weight times the number of zones. The local zone serves its own up to its capacity;
 * only what it lacks goes elsewhere, in proportion to what the other zones have above 1. So every backend, in whatever
 * zone, gets traffic by its weight, with the least of it crossing zones. Envoy's <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware">zone aware
 * routing</a> does the same, with the clients counted instead of assumed. Members without a zone make a zone of their own.
 */
final class ZoneStage {
    /** What members without a zone go by; no endpoint can name its zone so. */
    static final String NOWHERE = "";

    private ZoneStage() {}

    /**
     * One zone of a tier.
     *
     * @param share of the tier's attempts, 0 for none; all sum to 1
     */
    record Zone(String name, double share, List<Standing> members) {}

    /**
     * Splits the members of a tier, of which at least one is open to the mask.
     *
     * @param local the zone to stay in, or null for no preference: then all are one
     * @return the local zone first, if anyone is there, then the others by name
     */
    static List<Zone> split(List<Standing> members, @Nullable String local, int mask) {
        if (local == null) {
            return List.of(new Zone(NOWHERE, 1, members));
        }
        Tally home = new Tally();
        Map<String, Tally> others = new TreeMap<>();
        for (Standing member : members) {
            String zone = member.endpoint().zone();
            Tally tally = local.equals(zone)
                    ? home
                    : others.computeIfAbsent(zone == null ? NOWHERE : zone, name -> new Tally());
            tally.add(member, mask);
        }
        return shares(local, home, others);
    }

    /** In whole numbers, times total weight: at most 10^6 zones of 10^6 members of weight 10^6, which is 10^18. */
    private static List<Zone> shares(String local, Tally home, Map<String, Tally> others) {
        long total = home.usable;
        int count = 1;
        for (Tally zone : others.values()) {
            total += zone.usable;
            count += zone.isStaffed ? 1 : 0;
        }
        long lack = Math.max(0, total - home.usable * count);
        long spare = 0;
        for (Tally zone : others.values()) {
            spare += zone.above(total, count);
        }
        List<Zone> split = new ArrayList<>();
        if (!home.members.isEmpty()) {
            split.add(new Zone(local, (double) (total - lack) / total, home.members));
        }
        for (Map.Entry<String, Tally> entry : others.entrySet()) {
            Tally zone = entry.getValue();
            double part = lack == 0 ? 0 : (double) zone.above(total, count) / spare;
            split.add(new Zone(entry.getKey(), part * lack / total, zone.members));
        }
        return split;
    }

    private static final class Tally {
        final List<Standing> members = new ArrayList<>();
        long usable;
        boolean isStaffed;

        void add(Standing member, int mask) {
            members.add(member);
            isStaffed |= member.isOpen(TierStage.PANIC_MASK);
            usable += member.isOpen(mask) ? member.endpoint().weight() : 0;
        }

        long above(long total, int count) {
            return Math.max(0, usable * count - total);
        }
    }
}
