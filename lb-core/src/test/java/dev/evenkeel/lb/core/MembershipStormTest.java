package dev.evenkeel.lb.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.discovery.ProgrammaticSource;
import dev.evenkeel.lb.core.time.LiveThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Membership that changes without pause, under picks, on real threads. The short form runs always. The long form of a
 * million updates takes minutes:
 *
 * <pre>{@code
 * mvn test -pl lb-api,lb-core -Dtest=MembershipStormTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Devenkeel.updates=1000000 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
 * }</pre>
 */
@Timeout(1_800)
class MembershipStormTest {
    private static final int UPDATES = Integer.getInteger("evenkeel.updates", 20_000);
    private static final int PICKERS = 2;

    /** Names come back, so that backends return while they leave. */
    private static final List<Endpoint> NAMES =
            IntStream.range(0, 60).mapToObj(i -> Endpoint.of("http://b" + i)).toList();

    private static final long SEED = 20_261_123;

    /** What one run's plans and events may differ by from another's. A leak of 10 bytes per update of the long form is more. */
    private static final long SOME_BYTES = 8L << 20;

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong picks = new AtomicLong();
    private final AtomicLong nones = new AtomicLong();

    @Test
    void replacing_the_set_is_never_seen_as_none_and_leaves_neither_memory_nor_threads() throws Exception {
        Random random = new Random(SEED);
        LoadBalancer storm = LoadBalancers.named("storm")
                .backends(set(random))
                .healthCheck(
                        HealthCheck.of((endpoint, timeout) -> Verdict.pass()).every(ofSeconds(10)))
                .build();
        run(storm, () -> storm.replace(set(random)), UPDATES);
        assertThat(nones).as("seed " + SEED).hasValue(0);
        assertThat(storm.snapshot().planVersion()).isGreaterThanOrEqualTo(UPDATES / 2);
        endsWith(storm, "evenkeel-storm-");
    }

    @Test
    void a_source_that_floods_is_never_seen_as_none_and_leaves_neither_memory_nor_threads() throws Exception {
        Random random = new Random(SEED);
        ProgrammaticSource source = ProgrammaticSource.named("flood");
        source.set(set(random));
        LoadBalancer flood = LoadBalancers.named("flood").source(source).build();
        int updates = Math.max(200_000, UPDATES);
        long began = System.nanoTime();
        run(flood, () -> source.set(set(random)), updates);
        long plans = flood.snapshot().planVersion(); // before the clock, since more may come at any time
        long tenths = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 100;
        assertThat(nones).as("seed " + SEED).hasValue(0);
        assertThat(plans).as("plans of " + updates + " updates").isLessThanOrEqualTo(2 * tenths + 5);
        endsWith(flood, "evenkeel-flood-");
    }

    private static List<Endpoint> set(Random random) {
        List<Endpoint> set = new ArrayList<>();
        int first = random.nextInt(NAMES.size());
        int size = 1 + random.nextInt(10);
        for (int i = 0; i < size; i++) {
            set.add(NAMES.get((first + i) % NAMES.size()).withWeight(1 + random.nextInt(3)));
        }
        return set;
    }

    private void run(LoadBalancer balancer, Runnable update, int updates) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(PICKERS);
        try {
            List<Future<?>> picking = new ArrayList<>();
            for (int i = 0; i < PICKERS; i++) {
                picking.add(executor.submit(() -> pick(balancer)));
            }
            long early = 0;
            for (int i = 0; i < updates; i++) {
                if (i == updates / 4) {
                    early = usedBytes();
                }
                update.run();
            }
            long late = usedBytes();
            done.set(true);
            for (Future<?> future : picking) {
                future.get();
            }
            assertThat(picks.get()).isPositive();
            assertThat(late - early)
                    .as("growth from %s to %s bytes in %s updates", early, late, updates - updates / 4)
                    .isLessThan(SOME_BYTES);
        } finally {
            done.set(true);
            executor.shutdownNow();
        }
    }

    private void pick(LoadBalancer balancer) {
        while (!done.get()) {
            try {
                Lease lease = balancer.acquire();
                lease.complete(Outcome.SUCCESS);
                picks.incrementAndGet();
            } catch (NoBackendAvailableException e) {
                nones.incrementAndGet();
            }
        }
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private static void endsWith(LoadBalancer balancer, String threads) {
        balancer.close();
        LiveThreads.awaitNone(threads);
    }
}
