package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The order of members by the hash of a seed and their URL: highest random weight, as in <a
 * href="https://doi.org/10.1109/90.663936">Thaler and Ravishankar</a>. It looks shuffled, is another for each seed, is the
 * same wherever the members are the same, and keeps the rest in order when one comes or goes.
 */
final class Ranking {
    private static final Comparator<Ranked> BEST_FIRST =
            Comparator.comparingLong(Ranked::rank).thenComparing(Ranked::url);

    private Ranking() {}

    private record Ranked(long rank, String url, Standing member) {}

    static List<Standing> of(List<Standing> members, String seed) {
        Ranked[] ranked = new Ranked[members.size()];
        for (int i = 0; i < ranked.length; i++) {
            Standing member = members.get(i);
            String url = member.endpoint().identity();
            ranked[i] = new Ranked(Attempt.hash(seed + " " + url), url, member);
        }
        Arrays.sort(ranked, BEST_FIRST);
        return Arrays.stream(ranked).map(Ranked::member).toList();
    }
}
