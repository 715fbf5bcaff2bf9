package dev.evenkeel.lb.core.discovery;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.EndpointSource.Watch;
import dev.evenkeel.lb.core.Sneaky;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedSourceTest {
    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final SpokenSource a = new SpokenSource("dns a");
    private final SpokenSource b = new SpokenSource("file b");
    private final Watch watch = EndpointSources.merge(a, b).watch(discovery);

    /** A source that says what the test says. */
    private static final class SpokenSource implements EndpointSource, EndpointSource.Watch {
        final String name;

        @Nullable
        Discovery ear;

        int watches;
        int refreshes;
        int closes;

        @Nullable
        RuntimeException fault;

        /** As the fault, of any kind. */
        @Nullable
        Throwable thrown;

        int named;

        SpokenSource(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            named++;
            return name;
        }

        @Override
        public Watch watch(Discovery discovery) {
            watches++;
            ear = discovery;
            throwFault();
            return this;
        }

        private void throwFault() {
            if (fault != null) {
                throw fault;
            }
            if (thrown != null) {
                throw Sneaky.thrown(thrown);
            }
        }

        Discovery ear() {
            if (ear == null) {
                throw new AssertionError("not watched");
            }
            return ear;
        }

        void finds(String... lines) {
            ear().found(endpoints(lines));
        }

        void declares(String... lines) {
            ear().declared(endpoints(lines));
        }

        void fails(String reason) {
            ear().failed(reason, null);
        }

        @Override
        public void refresh() {
            refreshes++;
            throwFault();
        }

        @Override
        public void close() {
            closes++;
            throwFault();
        }
    }

    private static List<Endpoint> endpoints(String... lines) {
        return Stream.of(lines).map(Endpoint::labelled).toList();
    }

    @Test
    void what_any_part_knows_is_told_at_once_and_together() {
        b.finds("http://b:1");
        a.finds("http://a:1");
        assertThat(discovery.news()).containsExactly("found http://b:1", "found http://a:1 http://b:1");
    }

    @Test
    void the_labels_of_the_first_source_count() {
        b.finds("http://x:1;weight=2;zone=b", "http://b:1");
        a.finds("http://x:1;weight=7;zone=a");
        assertThat(discovery.news()).last().isEqualTo("found http://x:1;w7;za;t0 http://b:1");
    }

    @Test
    void a_part_that_fails_keeps_its_own_and_is_named() {
        a.finds("http://a:1");
        b.finds("http://b:1");
        discovery.news();
        a.fails("does not resolve");
        b.finds("http://b:2");
        assertThat(discovery.news())
                .containsExactly(
                        "failed: dns a: does not resolve",
                        "found http://a:1 http://b:2",
                        "failed: dns a: does not resolve");
    }

    @Test
    void nothing_new_does_not_look_like_the_recovery_of_a_part_that_still_fails() {
        a.finds("http://a:1");
        b.finds("http://b:1");
        a.fails("does not resolve");
        discovery.news();
        b.finds("http://b:1");
        assertThat(discovery.news()).isEmpty();
        b.finds("http://b:1;weight=3");
        assertThat(discovery.news()).hasSize(2);
        a.finds("http://a:1");
        assertThat(discovery.news()).containsExactly("found http://a:1 http://b:1;w3;znull;t0");
    }

    @Test
    void the_last_word_never_names_a_part_that_has_recovered() {
        a.finds("http://a:1");
        b.finds("http://b:1");
        a.fails("is broken");
        b.fails("is sick");
        discovery.news();
        b.finds("http://b:1");
        assertThat(discovery.news()).containsExactly("failed: dns a: is broken");
        b.finds("http://b:1");
        assertThat(discovery.news()).as("told already").isEmpty();
    }

    @Test
    void a_part_that_finds_nothing_has_failed() {
        a.finds("http://a:1");
        a.finds();
        assertThat(discovery.news()).containsExactly("found http://a:1", "failed: dns a: found no endpoint");
    }

    @Test
    void a_part_that_is_declared_empty_is_empty_and_the_other_stays() {
        a.declares("http://a:1");
        b.finds("http://b:1");
        a.declares();
        assertThat(discovery.news()).last().isEqualTo("declared http://b:1");
    }

    @Test
    void all_parts_declared_empty_leave_nobody() {
        a.declares("http://a:1");
        b.declares();
        a.declares();
        assertThat(discovery.news()).containsExactly("declared http://a:1", "declared http://a:1", "declared");
    }

    @Test
    void an_empty_beginning_is_no_answer_until_the_other_has_spoken() {
        a.declares();
        assertThat(discovery.news()).isEmpty();
        b.finds("http://b:1");
        assertThat(discovery.news()).containsExactly("found http://b:1");
    }

    @Test
    void the_failure_of_one_does_not_hold_up_the_other() {
        a.fails("does not resolve");
        b.finds("http://b:1");
        assertThat(discovery.news())
                .containsExactly(
                        "failed: dns a: does not resolve", "found http://b:1", "failed: dns a: does not resolve");
    }

    @Test
    void refresh_and_close_reach_every_part_also_after_one_that_throws() {
        a.fault = new IllegalStateException("a");
        assertThatThrownBy(watch::refresh).isSameAs(a.fault);
        b.fault = new IllegalStateException("b");
        assertThatThrownBy(watch::close).isSameAs(a.fault).hasSuppressedException(b.fault);
        assertThat(List.of(a.refreshes, b.refreshes, a.closes, b.closes)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void after_close_nobody_is_heard_and_no_work_is_begun() {
        a.ear().schedule(ofSeconds(1), () -> a.finds("http://a:1"));
        watch.close();
        discovery.advance(ofSeconds(2));
        b.finds("http://b:1");
        b.fails("late");
        assertThat(discovery.news()).isEmpty();
    }

    @Test
    void work_that_throws_is_told_with_the_name_of_its_part() {
        a.ear().schedule(ofSeconds(1), () -> {
            throw new IllegalStateException("broken");
        });
        discovery.advance(ofSeconds(1));
        assertThat(discovery.news()).containsExactly("failed: dns a: threw");
        assertThat(discovery.causes).singleElement().asString().endsWith("broken");
    }

    @Test
    void a_part_that_cannot_be_watched_is_told_tried_again_and_holds_up_nobody() {
        a.fault = new IllegalStateException("no socket");
        RecordingDiscovery other = new RecordingDiscovery();
        Watch merged = EndpointSources.merge(a, b).watch(other);
        EndpointSource.Discovery deaf = a.ear();
        b.finds("http://b:1");
        assertThat(other.news())
                .containsExactly(
                        "failed: dns a: cannot be watched", "found http://b:1", "failed: dns a: cannot be watched");
        a.fault = null;
        other.advance(ofSeconds(5));
        deaf.found(endpoints("http://ghost:1"));
        a.finds("http://a:1");
        assertThat(other.news()).containsExactly("found http://a:1 http://b:1");
        merged.refresh();
        assertThat(a.refreshes).isEqualTo(1);
    }

    @Test
    void a_part_that_could_not_be_watched_is_left_alone_after_close() {
        a.fault = new IllegalStateException("no socket");
        RecordingDiscovery other = new RecordingDiscovery();
        Watch merged = EndpointSources.merge(a, b).watch(other);
        merged.close();
        int watches = a.watches;
        other.advance(ofSeconds(60));
        assertThat(a.watches).isEqualTo(watches);
    }

    @Test
    void it_is_called_by_its_parts_and_needs_one() {
        assertThat(EndpointSources.merge(a, b)).hasToString("dns a + file b");
        assertThatThrownBy(() -> EndpointSources.merge())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a merge must have at least 1 source, had 0");
    }

    @Test
    void a_part_that_schedules_without_end_leaves_room_for_the_others() {
        int scheduled = 0;
        try {
            while (scheduled < 2_000) {
                b.ear().schedule(ofSeconds(40), () -> {});
                scheduled++;
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("499");
        }
        assertThat(scheduled).isEqualTo(499);
        List<String> done = new ArrayList<>();
        Runnable cancel = a.ear().schedule(ofSeconds(1), () -> {});
        for (int i = 0; i < 498; i++) {
            a.ear().schedule(ofSeconds(1), () -> done.add("a"));
        }
        cancel.run();
        cancel.run();
        a.ear().schedule(ofSeconds(1), () -> done.add("a"));
        discovery.advance(ofSeconds(41));
        assertThat(done).hasSize(499);
        b.ear().schedule(ofSeconds(1), () -> done.add("b"));
        discovery.advance(ofSeconds(1));
        assertThat(done).hasSize(500);
    }

    @Test
    void a_part_that_fails_with_an_error_holds_up_nobody() {
        a.thrown = new NoClassDefFoundError("org/xbill/DNS/Name");
        RecordingDiscovery other = new RecordingDiscovery();
        Watch merged = EndpointSources.merge(a, b).watch(other);
        b.finds("http://b:1");
        assertThat(other.news())
                .containsExactly(
                        "failed: dns a: cannot be watched", "found http://b:1", "failed: dns a: cannot be watched");
        a.thrown = null;
        other.advance(ofSeconds(5));
        a.finds("http://a:1");
        assertThat(other.news()).containsExactly("found http://a:1 http://b:1");
        a.ear().schedule(ofSeconds(1), () -> {
            throw Sneaky.thrown(new IOException("broken"));
        });
        other.advance(ofSeconds(1));
        assertThat(other.news()).containsExactly("failed: dns a: threw");
        a.thrown = new IOException("broken");
        int refreshes = b.refreshes;
        int closes = b.closes;
        assertThatThrownBy(merged::refresh).hasCause(a.thrown);
        assertThatThrownBy(merged::close).hasCause(a.thrown);
        assertThat(b.refreshes - refreshes).isEqualTo(1);
        assertThat(b.closes - closes).isEqualTo(1);
    }

    @Test
    void a_start_that_breaks_off_closes_the_parts_that_have_begun() {
        b.thrown = new IllegalStateException("no socket");
        RecordingDiscovery full = new RecordingDiscovery();
        for (int i = 0; i < 1_000; i++) {
            full.schedule(ofSeconds(1), () -> {});
        }
        EndpointSource merged = EndpointSources.merge(a, b);
        assertThatThrownBy(() -> merged.watch(full)).isInstanceOf(IllegalStateException.class);
        assertThat(a.closes).isEqualTo(1);
    }

    @Test
    void the_names_of_the_parts_are_asked_for_once() {
        int asked = a.named;
        EndpointSource merged = EndpointSources.merge(a, b);
        Watch other = merged.watch(new RecordingDiscovery());
        a.fails("does not resolve");
        a.fails("does not resolve");
        assertThat(merged.name()).isEqualTo("dns a + file b");
        assertThat(a.named - asked).as("by the source and by its watch").isEqualTo(2);
        other.close();
    }
}
