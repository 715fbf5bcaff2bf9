package dev.evenkeel.examples;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who answered how often. */
final class Tally {
    private final Map<String, Integer> good = new TreeMap<>();
    private final List<Visitor.Answer> bad = new ArrayList<>();

    void add(Visitor.Answer answer) {
        if (answer.status() == 200) {
            good.merge(answer.servedBy(), 1, Integer::sum);
        } else {
            bad.add(answer);
        }
    }

    /** Returns the answers that were not 200. */
    List<Visitor.Answer> bad() {
        return bad;
    }

    int total() {
        return bad.size() + good.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Tells whether exactly these answered, each with 200, and took turns: no one more than once above another. */
    boolean isFairAmong(Collection<String> names) {
        int most = good.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int least = good.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        return bad.isEmpty() && good.keySet().equals(Set.copyOf(names)) && most - least <= 1;
    }

    /** Returns {@code a answered 10, b answered 10}, and what went wrong. */
    @Override
    public String toString() {
        String told = good.entrySet().stream()
                .map(entry -> entry.getKey() + " answered " + entry.getValue())
                .collect(Collectors.joining(", "));
        if (bad.isEmpty()) {
            return told;
        }
        String statuses = bad.stream()
                .map(answer -> String.valueOf(answer.status()))
                .distinct()
                .collect(Collectors.joining(", "));
        return (told.isEmpty() ? "" : told + ", ") + bad.size() + " failed with status " + statuses;
    }
}
