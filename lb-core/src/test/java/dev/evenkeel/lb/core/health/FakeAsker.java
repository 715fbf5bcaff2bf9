package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers after virtual time, or never, and counts what is under way. */
final class FakeAsker implements Asker {
    /** How a question ends. A null verdict is silence. */
    record Reply(Duration after, @Nullable Verdict verdict) {
        static final Reply PASS = pass(Duration.ZERO);
        static final Reply SILENCE = new Reply(Duration.ZERO, null);

        static Reply pass(Duration after) {
            return new Reply(after, Verdict.pass());
        }

        static Reply fail(String reason) {
            return new Reply(Duration.ZERO, Verdict.fail(reason));
        }
    }

    /** Decides at the moment of the question. */
    interface Backend {
        Reply asked(Endpoint endpoint);
    }

    record Question(Endpoint endpoint, long at) {}

    final List<Question> questions = new ArrayList<>();
    Backend backend = endpoint -> Reply.PASS;
    Predicate<Endpoint> deaf = endpoint -> false;
    int mostUnderWay;
    int underWay;
    int interrupts;
    private final Map<Endpoint, Integer> underWayOf = new HashMap<>();
    /** Whether no thread gets to run. */
    boolean starved;

    private final List<FakeAsking> unended = new ArrayList<>();
    private final ManualTime time;

    FakeAsker(ManualTime time) {
        this.time = time;
    }

    /** Returns when the endpoint was asked. */
    List<Duration> asked(Endpoint endpoint) {
        return questions.stream()
                .filter(question -> question.endpoint().equals(endpoint))
                .map(question -> Duration.ofNanos(question.at()))
                .toList();
    }

    /** Ends every thread that is stuck. */
    void release() {
        List.copyOf(unended).forEach(asking -> asking.end(Verdict.pass()));
    }

    @Override
    public Asking prepare(Endpoint endpoint, Consumer<Verdict> ended) {
        return new FakeAsking(endpoint, ended);
    }

    private final class FakeAsking implements Asking {
        private final Endpoint endpoint;
        private final Consumer<Verdict> ended;
        private boolean over;
        private Cancellable answer = () -> {};

        FakeAsking(Endpoint endpoint, Consumer<Verdict> ended) {
            this.endpoint = endpoint;
            this.ended = ended;
        }

        @Override
        public void start() {
            questions.add(new Question(endpoint, time.nanos()));
            if (underWayOf.merge(endpoint, 1, Integer::sum) > 1) {
                throw new AssertionError(endpoint + " is asked twice at the same time");
            }
            mostUnderWay = Math.max(mostUnderWay, ++underWay);
            unended.add(this);
            Reply reply = backend.asked(endpoint);
            Verdict verdict = reply.verdict();
            if (verdict == null) {
                return;
            }
            if (reply.after().isZero()) {
                end(verdict);
            } else {
                answer = time.schedule(() -> end(verdict), reply.after().toNanos());
            }
        }

        private void end(Verdict verdict) {
            if (!over) {
                over = true;
                answer.cancel();
                underWay--;
                underWayOf.merge(endpoint, -1, Integer::sum);
                unended.remove(this);
                ended.accept(verdict);
            }
        }

        @Override
        public boolean hasBegun() {
            return !starved;
        }

        @Override
        public void interrupt() {
            interrupts++;
            if (!deaf.test(endpoint)) {
                time.schedule(() -> end(Verdict.none("interrupted")), 0);
            }
        }
    }
}
