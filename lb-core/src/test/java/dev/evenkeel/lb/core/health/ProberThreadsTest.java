package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.LiveThreads;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** A whole balancer on real threads and real time. Every wait is a watchdog. */
@Timeout(120)
@ResourceLock(Resources.SYSTEM_ERR)
class ProberThreadsTest {
    private static final String A = "http://a.test:1";
    private static final String B = "http://b.test:2";
    private static final long WATCHDOG_SECONDS = 60;
    private static final PrintStream ERR = System.err;

    private final BlockingQueue<LoadBalancerEvent> events = new LinkedBlockingQueue<>();

    /** Thousands of balancers and members come and go, and each leaves its lines. */
    @BeforeAll
    static void keepTheLogAside() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void showTheLogAgain() {
        System.setErr(ERR);
    }

    private LoadBalancer balancer(HealthCheck check, String... urls) {
        return LoadBalancers.named("orders")
                .backends(urls)
                .healthCheck(check)
                .listener(events::add)
                .build();
    }

    private static HealthCheck quick(HealthChecker checker) {
        return checker.every(Duration.ofMillis(20)).timeout(Duration.ofMillis(20));
    }

    private LoadBalancerEvent await(Kind kind) throws InterruptedException {
        for (LoadBalancerEvent event = next(); event != null; event = next()) {
            if (event.kind() == kind) {
                return event;
            }
        }
        throw new AssertionError("no event " + kind);
    }

    private LoadBalancerEvent next() throws InterruptedException {
        return events.poll(WATCHDOG_SECONDS, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(WATCHDOG_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_checker_that_throws_and_returns_null_fails_its_probes_and_the_loop_goes_on() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        HealthChecker wild = (endpoint, timeout) -> {
            return switch (calls.incrementAndGet()) {
                case 1 -> throw new AssertionError("wild");
                case 2 -> nothing();
                case 3 -> throw new IllegalStateException();
                case 4 -> throw new StackOverflowError();
                case 5 -> throw new ConnectException("Connection refused");
                default -> Verdict.pass();
            };
        };
        try (LoadBalancer orders = balancer(
                quick(wild)
                        .timeout(Duration.ofSeconds(10))
                        .every(Duration.ofSeconds(10))
                        .transitionInterval(Duration.ofMillis(1)),
                A)) {
            assertThat(await(Kind.DOWN).reason()).isEqualTo("first probe failed: AssertionError: wild");
            assertThat(await(Kind.UP).reason()).isEqualTo("2 passed probes");
            assertThat(orders.snapshot().count(BackendState.UP)).isEqualTo(1);
        }
    }

    // A user's code has no such check, and what it does must be contained.
    @SuppressWarnings("NullAway")
    private static Verdict nothing() {
        return null;
    }

    @Test
    void a_checker_deaf_to_interrupts_is_abandoned_and_the_others_are_probed_on() throws InterruptedException {
        AtomicBoolean release = new AtomicBoolean();
        AtomicInteger deafCalls = new AtomicInteger();
        CountDownLatch wellCalls = new CountDownLatch(50);
        HealthChecker checker = (endpoint, timeout) -> {
            if (endpoint.equals(Endpoint.of(A))) {
                deafCalls.incrementAndGet();
                while (!release.get()) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            wellCalls.countDown();
            return Verdict.pass();
        };
        try (LoadBalancer orders = balancer(quick(checker).maxConcurrentProbes(1), A, B)) {
            assertThat(await(Kind.PROBE_ABANDONED).toString()).contains(A).contains("(1 stuck)");
            await(wellCalls);
            assertThat(deafCalls).hasValue(1);
            assertThat(orders.snapshot().toString()).contains("a.test:1 down").contains("no answer within 20 ms");

            release.set(true);

            assertThat(await(Kind.UP).toString()).contains(A);
        }
    }

    @Test
    void the_deadline_interrupts_the_checker_and_not_what_its_thread_does_next() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupts = new CountDownLatch(20);
        AtomicInteger stale = new AtomicInteger();
        HealthChecker checker = (endpoint, timeout) -> {
            if (Thread.currentThread().isInterrupted()) {
                stale.incrementAndGet();
            }
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupts.countDown();
                Thread.currentThread().interrupt();
            }
            return Verdict.pass();
        };
        try (LoadBalancer orders = balancer(quick(checker), A)) {
            assertThat(await(Kind.DOWN).reason()).isEqualTo("first probe failed: no answer within 20 ms");
            await(interrupts);
            assertThat(stale).hasValue(0);
            assertThat(orders.snapshot().count(BackendState.DOWN)).isEqualTo(1);
        }
    }

    @Test
    void close_interrupts_the_probe_that_is_under_way() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        HealthChecker checker = (endpoint, timeout) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Verdict.pass();
        };
        LoadBalancer orders = balancer(checker.every(Duration.ofSeconds(60)).timeout(Duration.ofSeconds(60)), A);
        await(begun);

        orders.close();

        await(interrupted);
    }

    @Test
    void of_one_backend_there_is_one_probe_at_a_time_and_of_all_no_more_than_the_bound() throws InterruptedException {
        Map<Endpoint, Boolean> underWay = new ConcurrentHashMap<>();
        AtomicInteger all = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean twice = new AtomicBoolean();
        CountDownLatch calls = new CountDownLatch(2_000);
        HealthChecker checker = (endpoint, timeout) -> {
            if (underWay.put(endpoint, true) != null) {
                twice.set(true);
            }
            most.accumulateAndGet(all.incrementAndGet(), Math::max);
            LockSupport.parkNanos(100_000);
            all.decrementAndGet();
            underWay.remove(endpoint);
            calls.countDown();
            return Verdict.fail("never passes, so it is asked often");
        };
        HealthCheck check = checker.every(Duration.ofSeconds(60))
                .timeout(Duration.ofSeconds(60))
                .transitionInterval(Duration.ofMillis(1))
                .maxConcurrentProbes(4);
        String[] urls = ProbedPool.endpoints(50).stream().map(Endpoint::url).toArray(String[]::new);
        try (LoadBalancer orders = balancer(check, urls)) {
            await(calls);
            assertThat(orders.snapshot().backends()).hasSize(50);
        }
        assertThat(twice).isFalse();
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void a_call_that_cannot_connect_takes_the_backend_out_long_before_the_interval() throws Exception {
        CountDownLatch probed = new CountDownLatch(2);
        AtomicBoolean dead = new AtomicBoolean();
        HealthChecker checker = (endpoint, timeout) -> {
            probed.countDown();
            if (dead.get()) {
                throw new ConnectException("Connection refused");
            }
            return Verdict.pass();
        };
        try (LoadBalancer orders = balancer(checker.every(Duration.ofHours(1)), A)) {
            while (!orders.snapshot().backends().get(0).health().checked()) {
                LockSupport.parkNanos(1_000_000);
            }
            dead.set(true);
            orders.acquire().complete(Outcome.unreachable(new ConnectException("Connection refused")));
            await(probed);
            while (orders.snapshot().count(BackendState.UP) > 0) {
                try {
                    orders.acquire().complete(Outcome.unreachable(new ConnectException("Connection refused")));
                } catch (NoBackendAvailableException e) {
                    assertThat(e).hasMessageContaining("connection refused");
                }
            }
            assertThat(await(Kind.DOWN).reason()).endsWith("failed probes: connection refused");
        }
    }

    @Test
    void a_thousand_balancers_leave_no_thread() {
        Random random = new Random(42);
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        HealthChecker checker = (endpoint, timeout) -> {
            if (endpoint.port() == 1) {
                new CountDownLatch(1).await();
            }
            return Verdict.pass();
        };
        for (int cycle = 0; cycle < 1_000; cycle++) {
            LoadBalancer orders = LoadBalancers.named("cycle")
                    .backends(A, B)
                    .healthCheck(checker.every(Duration.ofMillis(1)))
                    .listener(event -> {})
                    .build();
            LockSupport.parkNanos(random.nextInt(3_000_000));
            orders.close();
        }

        LiveThreads.awaitNone("evenkeel-cycle");
        Thread.setDefaultUncaughtExceptionHandler(null);
        assertThat(thrown).isEmpty();
    }

    @Test
    void a_call_that_ends_while_the_balancer_closes_throws_nothing() throws InterruptedException {
        Random random = new Random(43);
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        for (int cycle = 0; cycle < 300; cycle++) {
            HealthCheck check = HealthCheck.of((endpoint, timeout) -> Verdict.pass())
                    .rise(1)
                    .fall(1)
                    .every(Duration.ofMillis(1));
            LoadBalancer orders = balancer(check, A);
            Thread caller = new Thread(() -> {
                for (boolean open = true; open; ) {
                    try {
                        orders.acquire().complete(Outcome.unreachable(new ConnectException("Connection refused")));
                    } catch (NoBackendAvailableException e) {
                        open = e.reason() != Reason.CLOSED;
                    }
                }
            });
            caller.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
            caller.start();
            LockSupport.parkNanos(random.nextInt(3_000_000));
            orders.close();
            caller.join();
        }
        assertThat(thrown).isEmpty();
    }

    @Test
    void membership_may_churn_while_probes_and_calls_go_on() throws Exception {
        Random random = new Random(11);
        HealthChecker checker =
                (endpoint, timeout) -> endpoint.port() % 3 == 0 ? Verdict.fail("HTTP 503") : Verdict.pass();
        HealthCheck check = checker.every(Duration.ofMillis(2)).rise(1).fall(1).jitter(0.5);
        try (LoadBalancer orders = balancer(check, "http://c.test:7", "http://c.test:8")) {
            for (int i = 0; i < 3_000; i++) {
                var wanted = random.ints(1, 9)
                        .limit(6)
                        .distinct()
                        .mapToObj(port -> Endpoint.of("http://c.test:" + port))
                        .toList();
                orders.replace(wanted);
                try {
                    Backend picked = orders.acquire().backend();
                    assertThat(picked.endpoint().port()).isBetween(1, 8);
                } catch (NoBackendAvailableException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
            orders.replace(List.of(Endpoint.of("http://c.test:7"), Endpoint.of("http://c.test:9")));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS);
            while (!orders.snapshot().toString().contains("c.test:9 down") && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(orders.snapshot().toString()).contains("c.test:9 down").contains("c.test:7 up");
        }
    }
}
