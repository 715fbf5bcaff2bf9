package dev.evenkeel.lb.core;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a source does, the balancer goes on and tells of it. */
class BrokenSourceTest {
    private final ManualTime time = ManualTime.create();
    private final FakeSource source = new FakeSource();
    private final List<LoadBalancerEvent> events = new ArrayList<>();

    private LoadBalancer build() {
        return LoadBalancers.named("orders")
                .source(source)
                .listener(events::add)
                .time(time)
                .build();
    }

    private List<String> failures() {
        return events.stream()
                .filter(event -> event.kind() == Kind.SOURCE_FAILED)
                .map(LoadBalancerEvent::reason)
                .toList();
    }

    private void closes(LoadBalancer orders) {
        orders.close();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void that_cannot_be_watched_is_tried_again_every_5_s_and_told_once() {
        List<EndpointSource.Discovery> given = new ArrayList<>();
        source.onWatch = discovery -> {
            given.add(discovery);
            discovery.schedule(ofSeconds(1), () -> {
                throw new AssertionError("work of a watch that never began");
            });
            throw new IllegalStateException("no resolver");
        };
        LoadBalancer orders = build();
        time.advance(ofSeconds(10));
        assertThat(source.watched).isEqualTo(3);
        assertThat(failures())
                .containsExactly("fake: it cannot be watched: java.lang.IllegalStateException: no resolver; no endpoint"
                        + " is known yet");
        given.get(0).found(FakeSource.endpoints("x", "y"));
        time.advance(ofSeconds(1));
        assertThat(orders.snapshot().backends())
                .as("of a watch that never began")
                .isEmpty();
        source.onWatch = discovery -> discovery.found(FakeSource.endpoints("a"));
        time.advance(ofSeconds(5));
        assertThat(orders.snapshot().backends()).hasSize(1);
        time.advance(ofSeconds(60));
        assertThat(source.watched).isEqualTo(4);
        closes(orders);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void whose_watch_closes_the_balancer_is_closed() {
        LoadBalancer orders = build();
        source.onRefresh = orders::close;
        time.advance(ofSeconds(5));
        assertThat(orders.snapshot().closed()).isTrue();
        assertThat(source.closed).isEqualTo(1);
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void whose_work_throws() {
        LoadBalancer orders = build();
        source.discovery().schedule(ofSeconds(1), () -> {
            throw new StackOverflowError("deep");
        });
        time.advance(ofSeconds(1));
        assertThat(failures())
                .containsExactly("fake: it threw java.lang.StackOverflowError: deep; no endpoint is known yet");
        closes(orders);
    }

    @Test
    void whose_exception_has_no_words() {
        LoadBalancer orders = build();
        source.discovery().schedule(ZERO, () -> {
            throw new Speechless();
        });
        time.advance(ZERO);
        assertThat(failures().get(0)).contains("it threw " + Speechless.class.getName());
        closes(orders);
    }

    private static final class Speechless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    @Test
    void that_throws_when_it_is_asked_again_or_closed() {
        source.onRefresh = () -> {
            throw new IllegalStateException("not now");
        };
        source.onClose = source.onRefresh;
        LoadBalancer orders = build();
        time.advance(ofSeconds(5));
        assertThat(failures()).hasSize(1);
        assertThat(failures().get(0)).contains("IllegalStateException: not now when it was asked again");
        time.advance(ofSeconds(5));
        assertThat(source.refreshed).isEqualTo(2);
        closes(orders);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void that_flaps_makes_ten_turns_a_second_at_most() {
        LoadBalancer orders = build();
        for (int i = 0; i < 1_000; i++) {
            source.finds("a");
            source.finds();
            time.advance(ofMillis(1));
        }
        assertThat(events.size()).isLessThan(30);
        closes(orders);
    }

    @Test
    void that_throws_checked_exceptions_wherever_it_is_called() {
        source.onRefresh = () -> {
            throw Sneaky.thrown(new IOException("not now"));
        };
        source.onClose = source.onRefresh;
        source.onWatch = discovery -> source.onRefresh.run();
        LoadBalancer orders = build();
        assertThat(failures().get(0)).contains("it cannot be watched: java.io.IOException: not now");
        source.onWatch = discovery -> {};
        time.advance(ofSeconds(10));
        assertThat(source.refreshed).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            source.discovery().schedule(ZERO, source.onRefresh);
        }
        source.discovery().schedule(ZERO, () -> source.finds("a"));
        time.advance(ofSeconds(1));
        assertThat(orders.snapshot().backends()).hasSize(1);
        closes(orders);
    }
}
