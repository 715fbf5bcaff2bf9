package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.load.RecentFaults;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** {@link ConsistentHash} for one set. The ranks are those of the table, so that a slot leads to all with one index. */
final class KeyedSelector implements Selector {
    /** Eight in vain are one key in 500 with half of the members down. */
    private static final int REHASHES = 8;

    /** With less than one in {@value #FEW_LIVE} eligible most further looks are in vain, so there are none. */
    private static final int FEW_LIVE = 4;

    private static final int WHOLE = 100;

    private final MaglevTable table;
    private final Backend[] backends;

    /** By rank. */
    private final int[] weights;

    /** The percentage of its keys that a member takes, by rank; 0 if it is not eligible. */
    private final byte[] takes;

    /** By rank. */
    private final RecentFaults[] faults;

    /** How often the table is looked into for a key; not at all if only one is eligible. */
    private final int looks;

    /** Whether every member takes all of its keys, so that none need be asked. */
    private final boolean whole;

    /** One bit for each rank that takes its keys; 0 if it is not that simple, see {@link #bits}. */
    private final long bits;

    private final IdentityHashMap<Backend, Integer> weightOf;
    private final @Nullable Integer equalWeight;
    private final LiveSet live;

    /** Those of the live set, by their index in it. */
    private final Backend[] backendsLive;

    /** The weights of all that are eligible, for comparisons without a division. */
    private final double liveWeight;

    private final Bound bound;
    private final RecentFaults faultsOfAll;
    private final Selector turns;

    /** The bound and what it is a bound on. */
    record Bound(double factor, AtomicLong total, RecentFaults faultsOfAll) {
        /** Returns the attempts that all eligible may have among them, the one to begin included. */
        double allowed() {
            return factor * (total.get() + 1);
        }
    }

    KeyedSelector(Candidates candidates, Seating seating, Bound bound, Selector turns) {
        List<Candidate> members = candidates.members();
        int n = members.size();
        this.table = seating.table();
        this.backends = new Backend[n];
        this.weights = new int[n];
        this.takes = new byte[n];
        this.faults = new RecentFaults[n];
        this.weightOf = new IdentityHashMap<>(n);
        RecentFaults untold = new RecentFaults(candidates.clock());
        for (int rank = 0; rank < n; rank++) {
            Candidate member = members.get(seating.memberAt(rank));
            backends[rank] = member.backend();
            weights[rank] = member.effectiveWeight();
            takes[rank] = (byte) (member.eligible() ? member.ramp() : 0);
            faults[rank] = member.feedback() instanceof GroupLoads.Count told ? told.faults : untold;
            weightOf.put(member.backend(), member.effectiveWeight());
        }
        this.equalWeight =
                candidates.isUniform() ? (Integer) candidates.eligible().get(0).effectiveWeight() : null;
        this.live = LiveSet.of(takes, weights);
        this.backendsLive = new Backend[live.size()];
        for (int index = 0; index < backendsLive.length; index++) {
            backendsLive[index] = backends[live.rank(index)];
        }
        this.liveWeight = live.weight();
        this.looks = looks(live.size(), n);
        this.whole = isWhole(takes);
        this.bits = whole || looks <= 1 ? 0 : bits(takes);
        this.bound = bound;
        this.faultsOfAll = bound.faultsOfAll;
        this.turns = turns;
    }

    private static boolean isWhole(byte[] takes) {
        for (byte percent : takes) {
            if (percent < WHOLE) {
                return false;
            }
        }
        return true;
    }

    /** Returns what each takes as one bit, or 0 if there are more members than bits, or one takes a part of its keys. */
    private static long bits(byte[] takes) {
        long bits = 0;
        for (int rank = 0; rank < takes.length; rank++) {
            boolean all = takes[rank] >= WHOLE;
            if (takes.length > Long.SIZE || (takes[rank] > 0 && !all)) {
                return 0;
            }
            bits |= all ? 1L << rank : 0;
        }
        return bits;
    }

    private static int looks(int live, int members) {
        if (live == 1) {
            return 0;
        }
        return (long) live * FEW_LIVE < members ? 1 : 1 + REHASHES;
    }

    @Override
    public @Nullable Backend select(Attempt attempt) {
        if (attempt.isKeyed()) {
            return byKey(attempt);
        }
        Backend turn = turns.select(attempt);
        Integer weight = turn == null ? null : weightOf(turn);
        return turn != null && weight != null && !attempt.excludes(turn) && fits(turn.inFlight(), weight)
                ? turn
                : search(ThreadLocalRandom.current().nextLong(), 1, attempt);
    }

    /** Returns the backend of a key, the next best one for it if that is excluded. */
    private @Nullable Backend byKey(Attempt attempt) {
        long key = attempt.hash();
        // The lower half leads elsewhere, and to turn it up costs less than to hash.
        long turned = Long.rotateLeft(key, Integer.SIZE);
        if (looks <= 1) {
            return ofFewLive(key, turned, attempt);
        }
        int rank = table.at(key);
        boolean has = whole;
        if (bits != 0) {
            rank = firstOf(rank, table.at(turned));
            has = bit(rank) != 0;
        } else if (!whole) {
            has = takes(takes[rank], key);
            if (!has) {
                rank = table.at(turned);
                has = takes(takes[rank], turned);
            }
        }
        Backend backend = backends[rank];
        if (has && isFree(backend, rank) && !attempt.excludes(backend)) {
            return backend;
        }
        return search(turned, has ? 1 : 2, attempt);
    }

    private @Nullable Backend ofFewLive(long key, long turned, Attempt attempt) {
        if (looks > 0) {
            int rank = table.at(key);
            if (takes(takes[rank], key)) {
                Backend backend = backends[rank];
                if (isFree(backend, rank) && !attempt.excludes(backend)) {
                    return backend;
                }
            }
        }
        Backend idle = backendsLive[live.indexOf(turned)];
        if (idle.inFlight() == 0 && !faultsOfAll.maybeAny() && !attempt.excludes(idle)) {
            return idle;
        }
        return search(turned, 1, attempt);
    }

    /** Returns the first rank if that takes its keys, else the second. No branch: a wrong guess costs more than two looks. */
    private int firstOf(int rank, int second) {
        int mask = -bit(rank);
        return second ^ ((rank ^ second) & mask);
    }

    private int bit(int rank) {
        return (int) (bits >>> rank) & 1;
    }

    /**
     * Looks on. One method and a long one, with a lap written twice, which the JIT compiler therefore leaves out of the pick: it
     * takes in nothing above 325 bytecodes ({@code FreqInlineSize}). The pick stays short enough to be put where it is called,
     * which saves more than this call costs.
     *
     * @param next the number of the look to go on with, 1 or 2; the first one is 0
     */
    private @Nullable Backend search(long turned, int next, Attempt attempt) {
        long hash = next == 1 ? turned : MaglevTable.rehash(turned);
        for (int look = next; look < looks; look++) {
            int rank = table.at(hash);
            Backend backend = backends[rank];
            if (takes(takes[rank], hash) && isFree(backend, rank) && !attempt.excludes(backend)) {
                return backend;
            }
            hash = MaglevTable.rehash(hash);
        }
        int n = live.size();
        int at = live.indexOf(hash);
        for (int step = 0; step < n; step++) {
            int rank = live.rank(at);
            Backend backend = backends[rank];
            if (isFree(backend, rank) && !attempt.excludes(backend)) {
                return backend;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        // From here on whatever their faults. Each lap ends where it began.
        double allowed = bound.allowed();
        for (int step = 0; step < n; step++) {
            int rank = live.rank(at);
            Backend backend = backends[rank];
            if (isBelow(backend.inFlight(), weights[rank], allowed) && !attempt.excludes(backend)) {
                return backend;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        // Attempts that have a place but are not counted yet can hide the one that has room by definition.
        allowed = allowedByCount();
        for (int step = 0; step < n; step++) {
            int rank = live.rank(at);
            Backend backend = backends[rank];
            if (isBelow(backend.inFlight(), weights[rank], allowed) && !attempt.excludes(backend)) {
                return backend;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        return null;
    }

    /** The lower half of the hash decides, because the upper half has led here. */
    private static boolean takes(int percent, long hash) {
        return percent >= WHOLE || (((hash & 0xFFFF_FFFFL) * WHOLE) >>> 32) < percent;
    }

    /** Within the bound, recent faults included: who answers fast with errors has always room, and must not attract. */
    private boolean isFree(Backend backend, int rank) {
        long load = backend.inFlight();
        if (faultsOfAll.maybeAny()) {
            load += faults[rank].count();
        }
        return load == 0 || isBelow(load, weights[rank], bound.allowed());
    }

    /** Whoever has nothing in flight has room: the total, which all threads write to, need not be read for that. */
    private boolean fits(long load, int weight) {
        return load == 0 || isBelow(load, weight, bound.allowed());
    }

    /** Less than ceil(allowed * weight / all weights), without the division. */
    private boolean isBelow(long load, int weight, double allowed) {
        return load * liveWeight < allowed * weight;
    }

    /** The same by counting, which costs a look at every member. Not less than the total says. */
    private double allowedByCount() {
        long inFlight = 0;
        for (Backend backend : backends) {
            inFlight += backend.inFlight();
        }
        return Math.max(bound.allowed(), bound.factor * (inFlight + 1));
    }

    @Override
    public long room(Backend picked) {
        Integer weight = weightOf(picked);
        if (weight == null) {
            return Long.MAX_VALUE;
        }
        long room = room(weight, bound.allowed());
        return picked.inFlight() < room ? room : room(weight, allowedByCount());
    }

    /** Returns null for a stranger, who is the balancer's to find out; with equal weights nobody need be looked up. */
    private @Nullable Integer weightOf(Backend backend) {
        return equalWeight != null ? equalWeight : weightOf.get(backend);
    }

    private long room(int weight, double allowed) {
        return (long) Math.ceil(allowed * weight / live.weight());
    }
}
