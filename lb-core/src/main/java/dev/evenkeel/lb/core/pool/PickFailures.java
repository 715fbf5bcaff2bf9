package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many attempts were given no backend, by reason. Safe for many threads; a pick that succeeds never comes here. */
final class PickFailures {
    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    PickFailures() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Reason reason) {
        LongAdder count = counts.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    /** Returns the counts that are not 0. */
    Map<Reason, Long> counts() {
        Map<Reason, Long> now = new EnumMap<>(Reason.class);
        counts.forEach((reason, count) -> {
            long sum = count.sum();
            if (sum > 0) {
                now.put(reason, sum);
            }
        });
        return now;
    }
}
