package dev.evenkeel.lb.core.discovery;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollingTest {
    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final List<Long> asked = new ArrayList<>();

    private Duration ask() {
        asked.add(discovery.time.nanos() / 1_000_000_000);
        return ofSeconds(30);
    }

    @Test
    void the_first_question_waits_for_nothing_and_is_not_asked_on_the_callers_thread() {
        Polling.start(discovery, this::ask);
        assertThat(asked).isEmpty();
        discovery.now();
        assertThat(asked).containsExactly(0L);
    }

    @Test
    void the_next_question_comes_as_much_later_as_the_last_one_said() {
        Polling.start(discovery, this::ask);
        discovery.advance(ofSeconds(70));
        assertThat(asked).containsExactly(0L, 30L, 60L);
    }

    @Test
    void a_refresh_asks_now_and_the_next_question_comes_a_whole_pause_later() {
        Polling polling = Polling.start(discovery, this::ask);
        discovery.advance(ofSeconds(10));
        polling.refresh();
        polling.refresh();
        discovery.advance(ofSeconds(35));
        assertThat(asked).containsExactly(0L, 10L, 40L);
        assertThat(discovery.pending()).isEqualTo(1);
    }

    @Test
    void while_an_answer_is_awaited_nothing_else_is_asked_and_a_long_wait_is_told_once() {
        Polling[] polling = new Polling[1];
        polling[0] = Polling.start(discovery, () -> {
            Duration pause = ask();
            for (int i = 0; i < 5; i++) {
                polling[0].refresh();
                discovery.advance(ofSeconds(4));
            }
            return pause;
        });
        discovery.now();
        assertThat(asked).containsExactly(0L);
        assertThat(discovery.news()).containsExactly("failed: no answer for 10 s, still waiting");
        discovery.advance(ofSeconds(29));
        assertThat(asked).containsExactly(0L);
    }

    @Test
    void an_answer_in_time_leaves_no_watchdog_behind() {
        Polling.start(discovery, this::ask);
        discovery.now();
        assertThat(discovery.pending()).isEqualTo(1);
        discovery.advance(ofSeconds(20));
        assertThat(discovery.news()).isEmpty();
    }

    @Test
    void a_question_that_throws_is_told_and_asked_again_after_ten_seconds() {
        Polling.start(discovery, () -> {
            ask();
            throw new IllegalStateException("broken");
        });
        discovery.advance(ofSeconds(19));
        assertThat(asked).containsExactly(0L, 10L);
        assertThat(discovery.news()).containsExactly("failed: threw", "failed: threw");
        assertThat(discovery.causes).allSatisfy(cause -> assertThat(cause).hasMessage("broken"));
    }

    @Test
    void after_close_nothing_is_asked_and_nothing_is_left_in_the_timer() {
        Polling polling = Polling.start(discovery, this::ask);
        discovery.now();
        polling.close();
        polling.close();
        polling.refresh();
        assertThat(discovery.pending()).isZero();
        discovery.advance(ofSeconds(100));
        assertThat(asked).containsExactly(0L);
    }

    @Test
    void a_question_that_ends_after_close_is_the_last() {
        Polling[] polling = new Polling[1];
        polling[0] = Polling.start(discovery, () -> {
            polling[0].close();
            return ask();
        });
        discovery.advance(ofSeconds(100));
        assertThat(asked).containsExactly(0L);
        assertThat(discovery.pending()).isZero();
    }

    @Test
    void a_question_for_whose_watchdog_there_is_no_room_is_not_the_last() {
        boolean[] crowded = {false};
        int[] refused = {0};
        Polling.start(
                new Crowded(discovery, () -> {
                    if (crowded[0]) {
                        crowded[0] = false;
                        refused[0]++;
                        throw new IllegalStateException("1,000 wait");
                    }
                }),
                this::ask);
        discovery.now();
        crowded[0] = true;
        discovery.advance(ofSeconds(39));
        assertThat(refused).containsExactly(1);
        discovery.advance(ofSeconds(1));
        assertThat(asked).containsExactly(0L, 40L);
    }

    /** A discovery that may refuse to schedule. */
    private record Crowded(RecordingDiscovery inner, Runnable door) implements EndpointSource.Discovery {
        @Override
        public String balancer() {
            return inner.balancer();
        }

        @Override
        public void found(Collection<Endpoint> endpoints) {
            inner.found(endpoints);
        }

        @Override
        public void declared(Collection<Endpoint> endpoints) {
            inner.declared(endpoints);
        }

        @Override
        public void failed(String reason, @Nullable Throwable cause) {
            inner.failed(reason, cause);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable work) {
            door.run();
            return inner.schedule(delay, work);
        }

        @Override
        public long nanos() {
            return inner.nanos();
        }
    }
}
