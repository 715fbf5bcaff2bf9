package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveSetTest {
    @Test
    void each_gets_its_weight_of_the_hashes_and_none_that_is_not_eligible() {
        LiveSet live = LiveSet.of(new byte[] {100, 0, 10, 100}, new int[] {1, 7, 2, 1});
        long quarter = 1L << 62; // unsigned: the hashes from 0 to 2^64 in four parts
        assertThat(LongStream.range(0, 4).map(part -> live.rank(live.indexOf(part * quarter))))
                .containsExactly(0L, 2L, 2L, 3L);
        assertThat(live.rank(live.indexOf(quarter - 1))).isEqualTo(0);
        assertThat(live.rank(live.indexOf(-1L))).as("the last of all hashes").isEqualTo(3);
    }

    @Test
    void with_equal_weights_each_gets_the_same_part_of_the_hashes() {
        LiveSet live = LiveSet.of(new byte[] {100, 0, 100, 100, 100}, new int[] {5, 5, 5, 5, 5});
        long quarter = 1L << 62;
        assertThat(LongStream.range(0, 4).map(part -> live.rank(live.indexOf(part * quarter))))
                .containsExactly(0L, 2L, 3L, 4L);
        assertThat(live.rank(live.indexOf(-1L))).isEqualTo(4);
    }
}
