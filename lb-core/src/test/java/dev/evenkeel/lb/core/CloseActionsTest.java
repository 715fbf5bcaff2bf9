package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseActionsTest {
    @Test
    void an_action_that_throws_a_checked_exception_keeps_nothing_from_the_others() {
        List<String> done = new ArrayList<>();
        CloseActions actions = new CloseActions("orders");
        actions.add(() -> {
            throw Sneaky.thrown(new IOException("broken"));
        });
        actions.add(() -> done.add("second"));
        actions.run();
        assertThat(done).containsExactly("second");
    }
}
