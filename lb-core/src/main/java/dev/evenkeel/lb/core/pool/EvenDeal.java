package dev.evenkeel.lb.core.pool;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Deals subsets out by the number of the client, so that each backend gets the same number of clients, give or take one.
 *
 * <p>It is the deterministic subsetting of <a
 * href="https://sre.google/sre-book/load-balancing-datacenter/">Site Reliability Engineering, chapter 20</a>: each round
 * has a shuffle of its own, which deals the backends out to one client after the other, so that clients of one round share
 * none. There, what a round has left over goes to nobody, so some backends get fewer clients than others. Here it goes to
 * the next client, who takes what is missing from the next round; that one holds back, for as long as this client draws,
 * what the client has already. So the rounds make one endless row in which every backend comes once per round, each client
 * takes the next few, and the counts differ by one at most.
 *
 * <p>A subset of more than half of the backends is dealt as what the client does <em>not</em> use, which is even for the
 * same reason, since holding back needs as many again to draw from.
 */
final class EvenDeal {
    private final List<Standing> members;
    private final int hand;

    private EvenDeal(List<Standing> members, int hand) {
        this.members = members;
        this.hand = hand;
    }

    /** Returns all members, the {@code size} of the client's own subset first. There are more members than that. */
    static List<Standing> preference(List<Standing> members, int size, int client) {
        int n = members.size();
        if (size <= n / 2) {
            return new EvenDeal(members, size).order(client);
        }
        List<Standing> unusedFirst = new EvenDeal(members, n - size).order(client);
        List<Standing> order = new ArrayList<>(unusedFirst.subList(n - size, n));
        order.addAll(unusedFirst.subList(0, n - size));
        return order;
    }

    /** The client's hand, then the round on from there. */
    private List<Standing> order(int client) {
        int n = members.size();
        long start = (long) client * hand;
        long round = start / n;
        int from = (int) (start % n);
        Set<Standing> order = new LinkedHashSet<>();
        List<Standing> row = round(round);
        int to = from + hand;
        if (to > n) {
            order.addAll(row.subList(from, n));
            row = round(round + 1);
            to -= n;
            order.addAll(row.subList(0, to));
        } else {
            order.addAll(row.subList(from, to));
        }
        order.addAll(row.subList(to, n));
        order.addAll(row);
        return List.copyOf(order);
    }

    /**
     * The shuffle of a round, with what the client before has already put behind what that client draws. The end, which
     * goes to a client of the next round, is never touched, so a round depends on no more than the one before.
     */
    private List<Standing> round(long round) {
        List<Standing> shuffled = shuffled(round);
        int carried = carriedInto(round);
        if (carried == 0) {
            return shuffled;
        }
        int n = members.size();
        Set<Standing> held = Set.copyOf(shuffled(round - 1).subList(n - carried, n));
        int movable = n - carriedInto(round + 1);
        List<Standing> row = new ArrayList<>(n);
        List<Standing> behind = new ArrayList<>();
        for (Standing member : shuffled.subList(0, movable)) {
            (row.size() < hand - carried && !held.contains(member) ? row : behind).add(member);
        }
        row.addAll(behind);
        row.addAll(shuffled.subList(movable, n));
        return row;
    }

    /** How many of the round before belong to a client who draws on in this one. */
    private int carriedInto(long round) {
        return (int) (round * members.size() % hand);
    }

    private List<Standing> shuffled(long round) {
        return Ranking.of(members, "round " + round);
    }
}
