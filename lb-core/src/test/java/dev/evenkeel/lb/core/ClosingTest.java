package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClosingTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void what_is_to_be_done_at_the_close_is_done_once_each_whatever_the_others_do() {
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a")
                .time(ManualTime.create())
                .build();
        orders.onClose(() -> done.add("first"));
        orders.onClose(() -> {
            throw new IllegalStateException("broken");
        });
        orders.onClose(() -> done.add("last"));
        orders.close();
        orders.close();
        assertThat(done).containsExactly("first", "last");
        orders.onClose(() -> done.add("late"));
        assertThat(done).containsExactly("first", "last", "late");
    }

    @Test
    @Timeout(60)
    void nothing_is_given_out_after_the_close_although_a_policy_hangs() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b")
                .policy(new HangsOnce(inside, goOn))
                .build();
        var executor = Executors.newSingleThreadExecutor();
        try {
            var draining = executor.submit(
                    () -> orders.drain(orders.snapshot().backends().get(0).endpoint()));
            inside.await();
            orders.close();
            assertThatExceptionOfType(NoBackendAvailableException.class)
                    .isThrownBy(orders::acquire)
                    .withMessage("orders: the balancer is closed");
            goOn.countDown();
            draining.get(30, TimeUnit.SECONDS);
        } finally {
            goOn.countDown();
            executor.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void the_close_is_told_although_the_thread_of_the_delivery_under_way_ends_before_it_begins() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ManualTime time = ManualTime.create();
        List<Kind> heard = new CopyOnWriteArrayList<>();
        Executor thread = task -> {
            if (starting.getCount() > 0) {
                starting.countDown();
                awaitQuietly(ended); // and then drops the task, as an executor does that was shut down meanwhile
            } else {
                task.run();
            }
        };
        EventQueue events = new EventQueue("orders", time, thread, new History(0));
        events.add(event -> heard.add(event.kind()));
        Switchboard switchboard = Switchboard.of("orders", events, time, time);
        Roster roster = new Roster("orders", time, switchboard, 0);
        Pool pool = new Pool("orders", roster, RoundRobin.policy());
        LoadBalancer orders = new Balancer(
                "orders", roster, pool, switchboard, new Balancer.Resources(null, null, null, ended::countDown));
        var executor = Executors.newSingleThreadExecutor();
        try {
            var adding = executor.submit(() -> orders.add(Endpoint.of("http://a")));
            starting.await();
            orders.close();
            adding.get(30, TimeUnit.SECONDS);
            assertThat(heard).containsOnlyOnce(Kind.CLOSED).endsWith(Kind.CLOSED);
        } finally {
            ended.countDown();
            executor.shutdownNow();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes its first selector at once and hangs over the second. */
    private static final class HangsOnce implements Selector.Factory {
        private final CountDownLatch inside;
        private final CountDownLatch goOn;
        private int made;

        HangsOnce(CountDownLatch inside, CountDownLatch goOn) {
            this.inside = inside;
            this.goOn = goOn;
        }

        @Override
        public Selector create(Candidates candidates) {
            if (++made == 2) {
                inside.countDown();
                awaitQuietly(goOn);
            }
            return attempt -> candidates.backends()[0];
        }

        @Override
        public String name() {
            return "hangs-once";
        }
    }
}
