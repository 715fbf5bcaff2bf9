package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.pool.Rosters.Events;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PoolTest {
    private final Events events = new Events();

    @Test
    void a_gate_that_closed_after_the_plan_was_made_is_heeded() {
        Roster roster = Rosters.of(3, events);
        Pool pool = pool(roster, RoundRobin.startingAt(0));
        Rosters.probeGate(roster, 0, true); // and no new plan
        for (int i = 0; i < 30; i++) {
            assertThat(pool.pick(Attempt.PLAIN)).isNotNull().isNotSameAs(roster.members()[0]);
        }
    }

    @Test
    void a_backend_that_came_up_after_the_plan_was_made_is_found() {
        Roster roster = Rosters.of(2, events);
        Rosters.probeGate(roster, 0, true);
        Rosters.probeGate(roster, 1, true);
        Pool pool = pool(roster, RoundRobin.policy());
        assertThat(pool.pick(Attempt.PLAIN)).isNull();
        Rosters.probeGate(roster, 1, false); // and no new plan
        assertThat(pool.pick(Attempt.PLAIN)).isSameAs(roster.members()[1]);
    }

    @Test
    void searches_without_a_plan_spread_over_the_live() {
        Roster roster = Rosters.of(4, events);
        Pool pool = pool(roster, fromSet(eligible -> eligible.get(0)));
        Rosters.probeGate(roster, 0, true); // and no new plan, so that every pick must search
        int[] counts = new int[4];
        for (int i = 0; i < 400; i++) {
            counts[List.of(roster.members()).indexOf(pool.pick(Attempt.PLAIN))]++;
        }
        assertThat(counts).containsExactly(0, 200, 100, 100);
    }

    @Test
    void gates_do_not_undo_one_another() {
        Roster roster = Rosters.of(1, events);
        Pool pool = pool(roster, RoundRobin.policy());
        roster.drain(Rosters.endpoint(0), true);
        Rosters.probeGate(roster, 0, true);
        Rosters.probeGate(roster, 0, false);
        pool.refresh();
        assertThat(pool.pick(Attempt.PLAIN)).isNull();
        roster.drain(Rosters.endpoint(0), false);
        pool.refresh();
        assertThat(pool.pick(Attempt.PLAIN)).isSameAs(roster.members()[0]);
    }

    @Test
    void a_policy_that_answers_with_a_stranger_costs_no_call_and_is_told_once() {
        Backend stranger = Rosters.of(1, Rosters.DEAF).members()[0];
        assertContained(fromSet(eligible -> stranger), "it picked http://b0:80 up, which is not one of its backends");
    }

    @Test
    void a_policy_that_answers_null_costs_no_call_and_is_told_once() {
        assertContained(fromSet(eligible -> null), "it picked null, which is not one of its backends");
    }

    @Test
    void a_policy_that_throws_costs_no_call_and_is_told_once() {
        assertContained(
                fromSet(eligible -> {
                    throw new IllegalStateException("broken");
                }),
                "it threw java.lang.IllegalStateException: broken");
    }

    @Test
    void a_policy_that_overflows_its_stack_costs_no_call_and_is_told_once() {
        assertContained(
                fromSet(eligible -> {
                    throw new StackOverflowError();
                }),
                "it threw java.lang.StackOverflowError");
    }

    @Test
    void a_policy_whose_exception_has_no_words_costs_no_call_and_is_told_once() {
        assertContained(
                fromSet(eligible -> {
                    throw new Wordless();
                }),
                "it failed, and then failed to say how, with a java.lang.UnsupportedOperationException");
    }

    @Test
    @Timeout(30)
    void whoever_waits_for_a_build_that_broke_off_builds_itself() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger plans = new AtomicInteger();
        EventSink breaking = new EventSink() {
            @Override
            public void offer(LoadBalancerEvent event) {
                if (event.kind() == Kind.PLAN_PUBLISHED && plans.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("as if");
                }
            }

            @Override
            public void flush() {}
        };
        Roster breakable = new Roster("orders", ManualTime.create(), breaking, 0);
        breakable.replace(List.of(Rosters.endpoint(0), Rosters.endpoint(1)));
        Pool pool = new Pool("orders", breakable, fromSet(eligible -> eligible.get(0), () -> {
            inside.countDown();
            awaitUninterruptibly(goOn);
        }));
        var executor = Executors.newFixedThreadPool(2);
        try {
            var broken = executor.submit(pool::refresh);
            inside.await();
            Rosters.probeGate(breakable, 0, true);
            var waiting = executor.submit(pool::refreshAndWait);
            goOn.countDown();
            waiting.get(20, TimeUnit.SECONDS);
            assertThatThrownBy(broken::get).hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(pool.pick(Attempt.PLAIN)).isSameAs(breakable.members()[1]);
        } finally {
            executor.shutdownNow();
        }
    }

    private static final class Wordless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new UnsupportedOperationException("no words");
        }
    }

    @Test
    void a_policy_that_makes_no_selector_costs_no_call_and_is_told_once() {
        Selector.Factory broken = new Selector.Factory() {
            @Override
            public Selector create(Candidates candidates) {
                throw new IllegalStateException("broken");
            }

            @Override
            public String name() {
                return "mine";
            }
        };
        assertContained(broken, "it makes no selector for 3 backends: java.lang.IllegalStateException: broken");
    }

    @Test
    void a_policy_that_cannot_say_whether_it_uses_keys_costs_no_call_and_is_told_once() {
        AtomicInteger asked = new AtomicInteger();
        Selector.Factory inner = fromSet(eligible -> eligible.get(0));
        Selector.Factory broken = new Selector.Factory() {
            @Override
            public Selector create(Candidates candidates) {
                return inner.create(candidates);
            }

            @Override
            public String name() {
                return "mine";
            }

            @Override
            public boolean usesKeys() {
                asked.incrementAndGet();
                throw new IllegalStateException("broken");
            }
        };
        assertContained(broken, "it does not say whether it uses keys: java.lang.IllegalStateException: broken");
        assertThat(asked).as("for two plans").hasValue(1);
    }

    private void assertContained(Selector.Factory policy, String fault) {
        Roster roster = Rosters.of(3, events);
        Pool pool = pool(roster, policy);
        for (int i = 0; i < 30; i++) {
            assertThat(pool.pick(Attempt.PLAIN)).isIn((Object[]) roster.members());
        }
        roster.remove(Rosters.endpoint(1));
        pool.refresh();
        assertThat(pool.pick(Attempt.PLAIN)).isIn((Object[]) roster.members());
        assertThat(pool.policyFault()).isEqualTo(fault);
        assertThat(events.all.stream().filter(event -> event.kind() == Kind.POLICY_FAILED))
                .extracting(LoadBalancerEvent::reason)
                .containsExactly("policy mine: " + fault);
    }

    @Test
    @Timeout(30)
    void a_change_made_from_inside_the_policy_does_not_wait_for_itself() {
        Roster roster = Rosters.of(3, events);
        List<Pool> holder = new ArrayList<>();
        AtomicInteger sizes = new AtomicInteger();
        Pool pool = new Pool(
                "orders",
                roster,
                fromSet(
                        eligible -> {
                            sizes.set(eligible.size());
                            return eligible.get(0);
                        },
                        () -> {
                            if (roster.members().length == 3 && !holder.isEmpty()) {
                                roster.remove(Rosters.endpoint(2));
                                holder.get(0).refreshAndWait();
                            }
                        }));
        holder.add(pool);
        pool.refreshAndWait();
        assertThat(pool.pick(Attempt.PLAIN)).isNotNull();
        assertThat(sizes).as("the change is in the plan that followed").hasValue(2);
    }

    @Test
    @Timeout(60)
    void whoever_finds_a_build_going_on_gets_its_change_into_the_next_plan() throws Exception {
        Roster roster = Rosters.of(3, events);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger built = new AtomicInteger();
        Pool pool = new Pool("orders", roster, fromSet(eligible -> eligible.get(0), () -> {
            if (built.incrementAndGet() == 1) {
                inside.countDown();
                awaitUninterruptibly(goOn);
            }
        }));
        var executor = Executors.newFixedThreadPool(2);
        try {
            var first = executor.submit(pool::refresh);
            inside.await();
            for (int i = 0; i < 50; i++) {
                Rosters.probeGate(roster, 0, i % 2 == 0);
                pool.refresh(); // returns at once: the other thread will do it
            }
            roster.remove(Rosters.endpoint(0));
            var mutator = executor.submit(pool::refreshAndWait);
            goOn.countDown();
            mutator.get(30, TimeUnit.SECONDS);
            assertThat(pool.pick(Attempt.PLAIN)).isSameAs(roster.members()[0]);
            first.get(30, TimeUnit.SECONDS);
            assertThat(built.get())
                    .as("51 changes that came during one build make one or two more")
                    .isBetween(2, 3);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void plan_versions_only_rise_and_each_is_told() {
        Roster roster = Rosters.of(2, events);
        Pool pool = pool(roster, RoundRobin.policy());
        Rosters.probeGate(roster, 0, true);
        pool.refresh();
        assertThat(pool.planVersion()).isEqualTo(2);
        assertThat(events.all.stream().filter(event -> event.kind() == Kind.PLAN_PUBLISHED))
                .extracting(LoadBalancerEvent::reason)
                .containsExactly("plan 1 with 2 eligible", "plan 2 with 1 eligible");
    }

    private static Pool pool(Roster roster, Selector.Factory policy) {
        Pool pool = new Pool("orders", roster, policy);
        pool.refresh();
        return pool;
    }

    private static Selector.Factory fromSet(Function<List<Backend>, Backend> choice) {
        return fromSet(choice, () -> {});
    }

    private static Selector.Factory fromSet(Function<List<Backend>, Backend> choice, Runnable whenCreated) {
        return new Selector.Factory() {
            @Override
            public Selector create(Candidates candidates) {
                whenCreated.run();
                List<Backend> eligible = candidates.eligible().stream()
                        .map(Candidates.Candidate::backend)
                        .toList();
                return attempt -> choice.apply(eligible);
            }

            @Override
            public String name() {
                return "mine";
            }
        };
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the latch was not opened");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
