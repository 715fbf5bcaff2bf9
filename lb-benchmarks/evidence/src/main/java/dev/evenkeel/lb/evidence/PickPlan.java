package dev.evenkeel.lb.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which forks are run, in which order. A round visits every subject once, and each round begins with another peer, so
 * that a slow spell of the machine falls on all of them.
 */
final class PickPlan {
    private final List<Peer> peers;
    private final Grid grid;
    private final Pace pace;

    PickPlan(List<Peer> peers, Grid grid, Pace pace) {
        this.peers = List.copyOf(peers);
        this.grid = grid;
        this.pace = pace;
    }

    /** Returns the forks of one round; rounds count from 1. */
    List<Batch> round(int number) {
        List<Peer> turn = new ArrayList<>(peers);
        Collections.rotate(turn, 1 - number);
        return turn.stream().flatMap(peer -> batches(peer).stream()).toList();
    }

    Duration perRound() {
        return round(1).stream().map(batch -> batch.estimate(pace)).reduce(Duration.ZERO, Duration::plus);
    }

    int forksPerRound() {
        return round(1).stream().mapToInt(Batch::forks).sum();
    }

    /** Returns how many rounds fit, at most as many as are wanted; fewer than the fewest means that none is worth it. */
    int rounds(Duration available, Form.Rounds wish) throws UsageException {
        long fit = available.isNegative() ? 0 : available.dividedBy(perRound());
        if (fit < wish.fewest()) {
            throw new UsageException(wish.fewest() + " rounds of " + forksPerRound() + " forks take "
                    + Progress.time(perRound())
                    + " each, but " + Progress.time(available) + " are left for them; choose fewer --peers or more"
                    + " --minutes");
        }
        return (int) Math.min(fit, wish.wanted());
    }

    private List<Batch> batches(Peer peer) {
        List<Batch> batches = new ArrayList<>();
        List<String> none = List.of(Cell.NONE_DOWN);
        add(batches, peer, Cell.PICK, 1, spread(peer, Subject::marks, grid.backends(), grid.down()));
        add(batches, peer, Cell.PICK, 1, spread(peer, one -> !one.marks(), grid.backends(), none));
        Grid.Shared shared = grid.shared();
        for (int threads : shared.threads()) {
            add(batches, peer, Cell.PICK, threads, spread(peer, shared::takes, shared.backends(), none));
        }
        List<Integer> few = List.of(Grid.ATTEMPT_BACKENDS);
        for (int threads : grid.attemptThreads()) {
            add(batches, peer, Cell.ATTEMPT, threads, spread(peer, Subject::accounts, few, none));
        }
        return batches;
    }

    private static Batch.Spread spread(Peer peer, Predicate<Subject> who, List<Integer> backends, List<String> down) {
        List<String> names =
                peer.subjects().stream().filter(who).map(Subject::subject).toList();
        return new Batch.Spread(names, backends, down);
    }

    private static void add(List<Batch> batches, Peer peer, String benchmark, int threads, Batch.Spread spread) {
        if (spread.size() > 0) {
            batches.add(new Batch(peer, benchmark, threads, spread));
        }
    }
}
