package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.A;
import static dev.evenkeel.lb.core.health.ProbedPool.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Cadence;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.FakeAsker.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a change of a backend can go unnoticed, over many random settings, in virtual time. */
class TimingBoundsTest {
    private static final int SETTINGS = 3_000;

    /** One random health check, and a backend that lives, dies and lives again. */
    private static final class Life {
        final Random random;
        final HealthCheck check;
        final long interval;
        final long transition;
        final long down;
        final long timeout;
        final Duration answer;
        final boolean silent;
        Duration death = Duration.ofDays(1);
        Duration revival = Duration.ofDays(2);

        Life(long seed, boolean quickAnswers) {
            random = new Random(seed);
            long millis = 1L + random.nextInt(20_000);
            long timeoutMillis = 1L + random.nextInt((int) millis);
            long transitionMillis = 1L + random.nextInt((int) millis);
            long downMillis = Math.max(timeoutMillis, transitionMillis) + random.nextInt(20_000);
            check = check().every(Duration.ofMillis(millis))
                    .timeout(Duration.ofMillis(timeoutMillis))
                    .transitionInterval(Duration.ofMillis(transitionMillis))
                    .downInterval(Duration.ofMillis(downMillis))
                    .rise(1 + random.nextInt(4))
                    .fall(1 + random.nextInt(4));
            Cadence cadence = check.cadence();
            interval = cadence.interval().toNanos();
            transition = cadence.transitionInterval().toNanos();
            down = cadence.downInterval().toNanos();
            timeout = cadence.timeout().toNanos();
            long slowest = quickAnswers ? Math.min(timeout, transition) : timeout;
            answer = Duration.ofNanos((long) (random.nextDouble() * slowest));
            silent = random.nextBoolean();
        }

        Reply reply(Duration now) {
            Duration done = now.plus(answer);
            boolean lives = done.compareTo(death) < 0 || now.compareTo(revival) >= 0;
            if (lives) {
                return Reply.pass(answer);
            }
            return silent ? Reply.SILENCE : new Reply(answer, Verdict.fail("HTTP 503"));
        }

        Duration moment(Duration from) {
            return from.plusNanos((long) (random.nextDouble() * 3 * Math.max(interval, down)));
        }

        long ceil(long time) {
            return Math.max(1, (time + transition - 1) / transition) * transition;
        }
    }

    private static Duration first(ProbedPool it, Kind kind) {
        List<Instant> moments = it.events.stream()
                .filter(event -> event.kind() == kind)
                .map(LoadBalancerEvent::at)
                .toList();
        assertThat(moments).as("%s", kind).hasSize(1);
        return Duration.between(Instant.parse("2000-01-01T00:00:00Z"), moments.get(0));
    }

    private static Duration noticed(ProbedPool it, Life life, Kind kind) {
        it.time.advance(Duration.ofNanos(10 * (life.interval + life.down + life.timeout)));
        return first(it, kind);
    }

    private static ProbedPool run(Life life, long seed) {
        ProbedPool it = ProbedPool.of(life.check, List.of(A), seed);
        it.asker.backend = endpoint -> life.reply(Duration.ofNanos(it.time.nanos()));
        it.time.advance(Duration.ofNanos(life.interval + life.timeout + 1_000_000_000));
        life.death = life.moment(Duration.ofNanos(it.time.nanos()));
        return it;
    }

    @Test
    void a_death_is_noticed_within_the_bound() {
        for (long seed = 1; seed <= SETTINGS; seed++) {
            Life life = new Life(seed, false);
            try (ProbedPool it = run(life, seed)) {
                long took = noticed(it, life, Kind.DOWN).minus(life.death).toNanos();

                int fall = life.check.thresholds().fall();
                long bound = life.interval * 11 / 10 + (fall - 1) * life.ceil(life.timeout) + life.timeout;
                assertThat(took).as("seed %d, %s", seed, life.check).isBetween(0L, bound);
            }
        }
    }

    private static void recovers(long seed, boolean quickAnswers) {
        Life life = new Life(seed, quickAnswers);
        try (ProbedPool it = run(life, seed)) {
            noticed(it, life, Kind.DOWN);
            life.revival = life.moment(Duration.ofNanos(it.time.nanos()));
            it.time.advance(life.revival.minusNanos(it.time.nanos()));
            long took = noticed(it, life, Kind.UP).minus(life.revival).toNanos();

            int rise = life.check.thresholds().rise();
            long step = quickAnswers ? life.transition : life.ceil(life.answer.toNanos());
            long bound = life.down * 11 / 10 + (rise - 1) * step + life.answer.toNanos();
            assertThat(took).as("seed %d, %s", seed, life.check).isBetween(0L, bound);
        }
    }

    @Test
    void a_revival_is_noticed_within_the_bound() {
        for (long seed = 1; seed <= SETTINGS; seed++) {
            recovers(seed, true);
        }
    }

    @Test
    void answers_slower_than_the_transition_interval_cost_the_ticks_they_miss() {
        for (long seed = 1; seed <= SETTINGS; seed++) {
            recovers(seed, false);
        }
    }
}
