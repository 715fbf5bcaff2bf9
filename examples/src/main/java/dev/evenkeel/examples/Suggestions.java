package dev.evenkeel.examples;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the word that somebody may have meant. */
final class Suggestions {
    private Suggestions() {}

    /** Returns the known words that are nearest to this one, if they differ in a third of its letters at most. */
    static List<String> near(String word, Collection<String> known) {
        int limit = Math.max(1, word.length() / 3);
        int nearest =
                known.stream().mapToInt(other -> distance(word, other)).min().orElse(limit + 1);
        return nearest > limit
                ? List.of()
                : known.stream()
                        .filter(other -> distance(word, other) == nearest)
                        .sorted()
                        .toList();
    }

    /** Counts letters added, left out, replaced, or swapped with their neighbour (optimal string alignment). */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        Arrays.setAll(cost[0], j -> j);
        for (int i = 1; i <= a.length(); i++) {
            cost[i][0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
