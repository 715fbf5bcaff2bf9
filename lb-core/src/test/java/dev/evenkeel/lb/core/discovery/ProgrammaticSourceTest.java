package dev.evenkeel.lb.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgrammaticSourceTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");

    private final ProgrammaticSource source = ProgrammaticSource.named("program");

    /** Keeps the sets it is told. */
    private static final class Told implements EndpointSource.Discovery {
        final List<Collection<Endpoint>> sets = new CopyOnWriteArrayList<>();
        Runnable onDeclared = () -> {};

        @Override
        public String balancer() {
            return "orders";
        }

        @Override
        public void found(Collection<Endpoint> endpoints) {
            throw new AssertionError("an order was told as an opinion");
        }

        @Override
        public void declared(Collection<Endpoint> endpoints) {
            sets.add(endpoints);
            onDeclared.run();
        }

        @Override
        public void failed(String reason, @Nullable Throwable cause) {
            throw new AssertionError(reason);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable work) {
            throw new AssertionError("nothing to schedule");
        }

        @Override
        public long nanos() {
            return 0;
        }

        Collection<Endpoint> last() {
            return sets.get(sets.size() - 1);
        }
    }

    @Test
    void says_nothing_before_somebody_has_said_something() {
        Told told = new Told();
        source.watch(told);
        assertThat(told.sets).isEmpty();
        source.clear();
        assertThat(told.sets).containsExactly(List.of());
        assertThat(source.endpoints()).isEmpty();
    }

    @Test
    void tells_every_watch_the_whole_set_until_it_is_closed() {
        source.set(List.of(A));
        Told early = new Told();
        Told late = new Told();
        EndpointSource.Watch watch = source.watch(early);
        source.add(B);
        source.watch(late);
        assertThat(early.sets).containsExactly(List.of(A), List.of(A, B));
        assertThat(late.sets).containsExactly(List.of(A, B));
        watch.close();
        assertThat(source.remove(A)).isTrue();
        assertThat(source.remove(A)).isFalse();
        assertThat(early.sets).hasSize(2);
        assertThat(late.sets).containsExactly(List.of(A, B), List.of(B));
    }

    @Test
    void an_endpoint_added_again_gets_new_labels_in_its_old_place() {
        source.set(List.of(A, B, A.withWeight(9)));
        assertThat(source.endpoints().get(0).weight()).as("the first counts").isEqualTo(1);
        source.add(A.withWeight(5));
        assertThat(source.endpoints()).containsExactly(A, B);
        assertThat(source.endpoints().get(0).weight()).isEqualTo(5);
    }

    @Test
    void a_change_made_while_another_is_told_is_told_after_it() {
        Told told = new Told();
        source.watch(told);
        told.onDeclared = () -> {
            if (told.sets.size() == 1) {
                source.add(B);
            }
        };
        source.add(A);
        assertThat(told.sets).containsExactly(List.of(A), List.of(A, B));
    }

    @Test
    void a_watch_that_threw_is_told_of_the_next_change() {
        Told told = new Told();
        source.watch(told);
        told.onDeclared = () -> {
            throw new IllegalStateException("broken");
        };
        assertThatIllegalStateException().isThrownBy(() -> source.add(A));
        told.onDeclared = () -> {};
        source.add(B);
        assertThat(told.last()).isEqualTo(List.of(A, B));
    }

    @Test
    void of_changes_by_many_threads_the_last_told_is_the_newest_and_none_is_lost() throws Exception {
        Told told = new Told();
        source.watch(told);
        int threads = 4;
        int each = 250;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> adding = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int base = thread * each;
                adding.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        source.add(Endpoint.of("http://n" + (base + i)));
                    }
                }));
            }
            for (Future<?> future : adding) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(told.last()).hasSize(threads * each).isEqualTo(source.endpoints());
    }

    @Test
    void a_fixed_source_refuses_an_empty_list_and_duplicates() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointSources.fixed())
                .withMessage("a fixed source must have at least one endpoint, had none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointSources.fixed("http://a", "http://A:80"))
                .withMessage("endpoint http://a:80 was given twice to a fixed source");
    }
}
