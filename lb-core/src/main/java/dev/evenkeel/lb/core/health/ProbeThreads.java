package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.Verdict;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks on a thread of its own, and turns whatever a checker does into a verdict. */
final class ProbeThreads implements Asker {
    private final HealthChecker checker;
    private final Duration timeout;
    private final Executor workers;

    ProbeThreads(HealthChecker checker, Duration timeout, Executor workers) {
        this.checker = checker;
        this.timeout = timeout;
        this.workers = workers;
    }

    @Override
    public Asking prepare(Endpoint endpoint, Consumer<Verdict> ended) {
        return new Question(endpoint, ended);
    }

    private Verdict ask(Endpoint endpoint) {
        try {
            Verdict verdict = checker.check(endpoint, timeout);
            return verdict != null ? verdict : Verdict.fail("the check returned null");
        } catch (Throwable e) {
            // The one door between a user's code and the loop: whatever comes out of it is a finding.
            return Diagnosis.of(e);
        }
    }

    private final class Question implements Asking {
        private final Endpoint endpoint;
        private final Consumer<Verdict> ended;

        /** Guarded by this: an interrupt must not reach a thread that has gone on to other work. */
        private @Nullable Thread asking;

        /** Guarded by this. */
        private boolean interrupted;

        private volatile boolean begun;

        Question(Endpoint endpoint, Consumer<Verdict> ended) {
            this.endpoint = endpoint;
            this.ended = ended;
        }

        @Override
        public void start() {
            workers.execute(this::run);
        }

        private void run() {
            Verdict verdict = begin() ? ask(endpoint) : Verdict.none("interrupted");
            end();
            ended.accept(verdict);
        }

        private synchronized boolean begin() {
            asking = Thread.currentThread();
            begun = true;
            return !interrupted;
        }

        private synchronized void end() {
            asking = null;
            if (interrupted) {
                // It was meant for the checker, and the thread may be a pool's.
                Thread.interrupted();
            }
        }

        @Override
        public boolean hasBegun() {
            return begun;
        }

        @Override
        public synchronized void interrupt() {
            interrupted = true;
            if (asking != null) {
                asking.interrupt();
            }
        }
    }
}
