package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.EndpointSource.Discovery;
import dev.evenkeel.lb.api.EndpointSource.Watch;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of a {@link MergedSource} at work for one balancer. */
final class Merge implements Watch {
    /** How much work may wait by the contract of {@link Discovery#schedule}. Parts share it evenly: none can starve another. */
    private static final int MOST_WORK = 1_000;

    private final Discovery discovery;
    private final List<MergedPart> parts;

    // Guarded by this. The discovery is told under the lock too, else an older union could be told after a newer one.
    private @Nullable List<Endpoint> told;
    private @Nullable MergedPart blamed;

    private Merge(Discovery discovery, List<EndpointSource> sources) {
        this.discovery = discovery;
        this.parts = sources.stream()
                .map(source -> new MergedPart(this, discovery, source, room(sources.size())))
                .toList();
    }

    static Merge start(List<EndpointSource> sources, Discovery discovery) {
        Merge merge = new Merge(discovery, sources);
        boolean done = false;
        try {
            merge.parts.forEach(MergedPart::begin);
            done = true;
        } finally {
            if (!done) {
                merge.close(); // or what has begun would go on unheard
            }
        }
        return merge;
    }

    /** Returns how much work each of so many parts may have waiting; each has one more place to be watched again. */
    private static int room(int parts) {
        return Math.max(1, MOST_WORK / parts - 1);
    }

    @Override
    public void refresh() {
        each(MergedPart::refresh);
    }

    @Override
    public void close() {
        each(MergedPart::close);
    }

    /** Lets every part have its turn, also after one that throws. */
    private void each(Consumer<MergedPart> action) {
        Throwable first = null;
        for (MergedPart part : parts) {
            try {
                action.accept(part);
            } catch (Throwable e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw first instanceof RuntimeException unchecked ? unchecked : new UndeclaredThrowableException(first);
        }
    }

    /** Tells the union after one part has changed. Called under the lock. */
    void changed(boolean declared) {
        Set<Endpoint> union = new LinkedHashSet<>();
        parts.forEach(part -> union.addAll(part.known()));
        List<Endpoint> now = List.copyOf(union);
        MergedPart failing = parts.stream()
                .filter(part -> part.failure() != null)
                .findFirst()
                .orElse(null);
        // While a part fails, telling what is known already would look as if that part had recovered.
        boolean news = failing == null || told == null || !alike(told, now);
        // An empty beginning is no answer as long as somebody has not spoken.
        boolean early = now.isEmpty() && told == null && !parts.stream().allMatch(MergedPart::hasAnswered);
        if (news && !early) {
            told = now;
            tell(now, declared);
            if (failing != null) {
                failed(failing);
            }
        } else if (failing != null && blamed != null && blamed.failure() == null) {
            // The last word would go on naming a part that has recovered.
            failed(failing);
        }
    }

    private void tell(Collection<Endpoint> union, boolean declared) {
        if (declared) {
            discovery.declared(union);
        } else {
            discovery.found(union);
        }
    }

    /** Tells what is wrong with a part. Called under the lock. */
    void failed(MergedPart part) {
        MergedPart.Failure failure = part.failure();
        if (failure != null) {
            blamed = part;
            discovery.failed(part.name() + ": " + failure.reason(), failure.cause());
        }
    }

    /** Tells whether the same endpoints stand in the same order with the same labels. */
    private static boolean alike(List<Endpoint> some, List<Endpoint> others) {
        if (!some.equals(others)) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (!some.get(i).hasLabelsOf(others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
