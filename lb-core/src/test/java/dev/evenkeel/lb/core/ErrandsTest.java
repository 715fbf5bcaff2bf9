package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ErrandsTest {
    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private final Errands errands = new Errands("orders", "an errand", submitted::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void however_often_they_are_flushed_one_task_waits_for_the_thread() {
        for (int i = 0; i < 100; i++) {
            errands.offer(() -> done.add("errand"));
            errands.flush();
        }
        assertThat(submitted).hasSize(1);
        submitted.remove().run();
        assertThat(done).hasSize(100);
        errands.offer(() -> done.add("another"));
        errands.flush();
        assertThat(submitted).as("and the next one is possible again").hasSize(1);
    }

    @Test
    void an_errand_that_throws_a_checked_exception_keeps_nothing_from_the_others() {
        errands.offer(() -> {
            throw Sneaky.thrown(new IOException("broken"));
        });
        errands.offer(() -> done.add("second"));
        errands.flush();
        submitted.remove().run();
        assertThat(done).containsExactly("second");
    }

    @Test
    void without_a_thread_they_wait_for_the_next_flush() {
        boolean[] none = {true};
        Errands starved = new Errands("orders", "an errand", task -> {
            if (none[0]) {
                throw new OutOfMemoryError("unable to create native thread, as if");
            }
            task.run();
        });
        starved.offer(() -> done.add("one"));
        starved.flush();
        none[0] = false;
        starved.flush();
        assertThat(done).containsExactly("one");
    }
}
