package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held has a place of its own until it is let go. */
@Timeout(60)
class AnchorsTest {
    private final Anchors<Object> anchors = new Anchors<>();

    @Test
    void many_of_one_thread_have_a_place_each_until_they_are_let_go() {
        Map<Integer, Object> held = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            Object one = new Object();
            assertThat(held.put(anchors.hold(one), one)).isNull();
        }
        assertThat(anchors.size()).isEqualTo(held.size());
        int left = held.size();
        for (Map.Entry<Integer, Object> each : held.entrySet()) {
            if (left % 2 == 0) {
                anchors.letGo(each.getKey());
                assertThat(anchors.tryLetGo(each.getValue(), each.getKey())).isFalse();
            } else {
                assertThat(anchors.tryLetGo(each.getValue(), each.getKey())).isTrue();
            }
            left--;
        }
        assertThat(anchors.size()).isZero();
    }

    @Test
    void one_is_let_go_once_though_its_place_is_another_ones_by_then() {
        Object one = new Object();
        int place = anchors.hold(one);
        assertThat(anchors.tryLetGo(one, place)).isTrue();
        Object other = new Object();
        assertThat(anchors.hold(other)).isEqualTo(place);
        assertThat(anchors.tryLetGo(one, place)).isFalse();
        assertThat(anchors.size()).isEqualTo(1);
        assertThat(anchors.tryLetGo(other, place)).isTrue();
    }

    @Test
    void threads_that_meet_lose_nothing() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(executor.submit(() -> {
                start.await();
                boolean found = true;
                for (int round = 0; round < 50; round++) {
                    Map<Integer, Object> own = new HashMap<>();
                    for (int many = 0; many < 200; many++) { // more than lie together, so threads meet
                        Object one = new Object();
                        found &= own.put(anchors.hold(one), one) == null;
                    }
                    for (Map.Entry<Integer, Object> each : own.entrySet()) {
                        found &= anchors.tryLetGo(each.getValue(), each.getKey());
                    }
                }
                return found;
            }));
        }
        for (Future<Boolean> one : all) {
            assertThat(one.get()).isTrue();
        }
        executor.shutdown();
        assertThat(anchors.size()).isZero();
    }
}
