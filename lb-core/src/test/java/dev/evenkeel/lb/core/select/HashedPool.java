package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A pool in small: health turned by hand, and places reserved by compare-and-set within the room a selector gives. */
final class HashedPool {
    final List<Node> nodes = new ArrayList<>();

    /** Whether plans take all nodes for eligible, whatever their health. */
    boolean panic;

    private final Selector.Factory policy;

    /** One backend. */
    static final class Node implements Backend {
        private final Endpoint endpoint;
        final AtomicInteger inFlight = new AtomicInteger();
        volatile boolean up = true;
        int weight;
        int ramp = 100;

        @Nullable
        Feedback feedback;

        Node(String url, int weight) {
            this.endpoint = Endpoint.of(url);
            this.weight = weight;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public int inFlight() {
            return inFlight.get();
        }

        @Override
        public boolean isEligible() {
            return up;
        }

        @Override
        public String toString() {
            return endpoint + " with " + inFlight;
        }
    }

    private HashedPool(Selector.Factory policy) {
        this.policy = policy;
    }

    /** Returns a pool of backends 10.0.0.1:8080 and so on. */
    static HashedPool of(int backends, Selector.Factory policy) {
        HashedPool pool = new HashedPool(policy);
        for (int i = 1; i <= backends; i++) {
            pool.join(new Node("http://10.0." + i / 256 + "." + i % 256 + ":8080", 1));
        }
        return pool;
    }

    void join(Node node) {
        node.feedback = policy.feedback(node, System::nanoTime);
        nodes.add(node);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    Selector plan() {
        return plan(0);
    }

    Selector plan(int group) {
        return policy.create(candidates(group));
    }

    Candidates candidates(int group) {
        Candidates set = Candidates.of(
                group,
                nodes.stream()
                        .map(node -> new Candidate(node, node.weight, node.ramp, panic || node.up, node.feedback))
                        .toList(),
                System::nanoTime);
        return panic ? set.ignoringHealth() : set;
    }

    /** A place that was reserved, and how many were in flight with it. */
    record Place(Node node, int inFlight) {}

    /** Reserves a place, or returns null if there was no room where the selector pointed. */
    static @Nullable Place tryPlace(Selector selector, Attempt attempt) {
        Node node = (Node) selector.select(attempt);
        if (node == null) {
            throw new AssertionError("none, although one is eligible");
        }
        long room = selector.room(node);
        int before = node.inFlight.get();
        while (before < room) {
            if (node.inFlight.compareAndSet(before, before + 1)) {
                return new Place(node, before + 1);
            }
            before = node.inFlight.get();
        }
        return null;
    }

    /** Tells the policy that an attempt was placed. */
    static long begun(Node node) {
        return feedback(node).begun();
    }

    static void end(Node node, long mark) {
        node.inFlight.decrementAndGet();
        feedback(node).ended(mark, Outcome.Kind.SUCCESS, true);
    }

    private static Feedback feedback(Node node) {
        Feedback feedback = node.feedback;
        if (feedback == null) {
            throw new AssertionError("the policy gave no feedback for " + node);
        }
        return feedback;
    }
}
