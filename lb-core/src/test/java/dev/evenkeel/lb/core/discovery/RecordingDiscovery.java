package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A balancer that only writes down what it is told, in a time that is turned by hand. Sets read {@code found a b}, with
 * labels where there are any, failures {@code failed: reason}.
 */
final class RecordingDiscovery implements EndpointSource.Discovery {
    private static final int MOST = 1_000;

    final ManualTime time = ManualTime.create();
    final List<String> told = new ArrayList<>();
    final List<Throwable> causes = new ArrayList<>();

    private int waiting;

    @Override
    public String balancer() {
        return "orders";
    }

    @Override
    public synchronized void found(Collection<Endpoint> endpoints) {
        told.add("found" + text(endpoints));
    }

    @Override
    public synchronized void declared(Collection<Endpoint> endpoints) {
        told.add("declared" + text(endpoints));
    }

    @Override
    public synchronized void failed(String reason, @Nullable Throwable cause) {
        told.add("failed: " + reason);
        if (cause != null) {
            causes.add(cause);
        }
    }

    /** Returns what was told since the last call. */
    synchronized List<String> news() {
        List<String> news = List.copyOf(told);
        told.clear();
        return news;
    }

    private static String text(Collection<Endpoint> endpoints) {
        StringBuilder text = new StringBuilder();
        for (Endpoint each : endpoints) {
            text.append(' ').append(each.identity().replace(" at ", "@"));
            if (!each.hasLabelsOf(Endpoint.of("http://plain"))) {
                text.append(";w" + each.weight() + ";z" + each.zone() + ";t" + each.tier());
            }
        }
        return text.toString();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable work) {
        if (waiting >= MOST) {
            throw new IllegalStateException("at most " + MOST);
        }
        waiting++;
        Scheduler.Cancellable task = time.schedule(() -> run(work), delay.toNanos());
        return () -> {
            int before = pending();
            task.cancel();
            waiting -= before - pending();
        };
    }

    private void run(Runnable work) {
        waiting--;
        try {
            work.run();
        } catch (Throwable e) {
            failed("threw", e);
        }
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    /** Lets happen what is due now. */
    void now() {
        time.advance(Duration.ZERO);
    }

    int pending() {
        return time.pendingTasks();
    }
}
