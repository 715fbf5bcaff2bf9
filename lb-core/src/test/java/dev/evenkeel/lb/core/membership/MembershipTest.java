package dev.evenkeel.lb.core.membership;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.discovery.ProgrammaticSource;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine that fails in the middle of a turn. */
class MembershipTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");

    private final ManualTime time = ManualTime.create();
    private final ProgrammaticSource source = ProgrammaticSource.named("source");
    private boolean threadless;
    private boolean memoryless;

    private final EventSink sink = new EventSink() {
        @Override
        public void offer(LoadBalancerEvent event) {
            if (memoryless && event.kind() == Kind.JOINED) {
                throw new OutOfMemoryError("as if");
            }
        }

        @Override
        public void flush() {}
    };

    /** Manual time whose threads may fail to start. */
    private final Scheduler scheduler = new Scheduler() {
        @Override
        public Cancellable schedule(Runnable task, long delayNanos) {
            return time.schedule(task, delayNanos);
        }

        @Override
        public Executor workers(String role) {
            return this::start;
        }

        @Override
        public Executor thread(String role) {
            return this::start;
        }

        private void start(Runnable task) {
            if (threadless) {
                throw new OutOfMemoryError("unable to create native thread, as if");
            }
            task.run();
        }
    };

    private final Roster roster = new Roster("orders", time, sink, 0);
    private final Pool pool = new Pool("orders", roster, RoundRobin.policy());
    private final Membership membership = start();

    private Membership start() {
        source.set(List.of(A));
        return Membership.start(source, roster, pool, time, scheduler);
    }

    @AfterEach
    void leaves_nothing_behind() {
        membership.close();
        time.advance(ofSeconds(1));
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void a_set_that_could_not_be_put_in_force_is_put_in_force_a_second_later() {
        time.advance(ofSeconds(1));
        long version = pool.planVersion();
        memoryless = true;
        source.set(List.of(A, B));
        memoryless = false;
        time.advance(ofSeconds(1));
        assertThat(roster.present()).hasSize(2);
        assertThat(pool.planVersion()).as("with a plan").isGreaterThan(version);
    }

    @Test
    void a_turn_that_found_no_thread_comes_a_second_later() {
        time.advance(ofSeconds(1));
        threadless = true;
        source.set(List.of(A, B));
        threadless = false;
        time.advance(ofMillis(999));
        assertThat(roster.present()).hasSize(1);
        time.advance(ofMillis(1));
        assertThat(roster.present()).hasSize(2);
    }
}
