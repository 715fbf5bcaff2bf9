package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveSetTest {
    @Test
    void each_gets_its_weight_of_the_hashes_and_none_that_is_not_eligible() {
        LiveSet live = LiveSet.of(new byte[] {100, 0, 10, 100}, new int[] {1, 7, 2, 1});
        assertThat(LongStream.range(0, 8).map(half -> live.rank(live.indexOf(half << 1))))
                .containsExactly(0L, 2L, 2L, 3L, 0L, 2L, 2L, 3L);
        assertThat(live.rank(live.indexOf(-1L))).as("2^63 - 1, which is 3 of 4").isEqualTo(3);
    }
}
