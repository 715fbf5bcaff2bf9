package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.core.select.MaglevTable.Seat;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The table of one group, and which member each of its ranks is. Immutable. */
final class Seating {
    private final List<Seat> asGiven;
    private final MaglevTable table;

    /** Which of the members has a rank. */
    private final int[] memberAt;

    private Seating(List<Seat> asGiven, MaglevTable table, int[] memberAt) {
        this.asGiven = asGiven;
        this.table = table;
        this.memberAt = memberAt;
    }

    /**
     * Builds the table for a group.
     *
     * @param size a prime, at least twice the number of members
     */
    static Seating of(List<Candidate> members, int size) {
        List<Seat> seats = members.stream()
                .map(member -> new Seat(member.backend().endpoint().identity(), member.weight()))
                .toList();
        // Not the order of the members: that is each client's own, and all clients are to have one table.
        int[] memberAt = IntStream.range(0, seats.size())
                .boxed()
                .sorted(Comparator.comparing(member -> seats.get(member).url()))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Seat> ranked = IntStream.of(memberAt).mapToObj(seats::get).toList();
        return new Seating(seats, MaglevTable.of(ranked, size), memberAt);
    }

    /** Tells whether this is the seating of these members with these weights, whatever their health. */
    boolean fits(List<Candidate> members) {
        if (members.size() != asGiven.size()) {
            return false;
        }
        for (int i = 0; i < asGiven.size(); i++) {
            Candidate member = members.get(i);
            Seat seat = asGiven.get(i);
            if (seat.weight() != member.weight()
                    || !seat.url().equals(member.backend().endpoint().identity())) {
                return false;
            }
        }
        return true;
    }

    MaglevTable table() {
        return table;
    }

    int memberAt(int rank) {
        return memberAt[rank];
    }
}
