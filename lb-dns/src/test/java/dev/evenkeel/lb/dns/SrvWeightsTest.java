package dev.evenkeel.lb.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.dns.SrvWeights.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SrvWeightsTest {
    @Test
    void plain_weights_stay_what_they_are() {
        assertThat(SrvWeights.each(List.of(new Share(5, 1), new Share(65_535, 1))))
                .containsExactly(5, 65_535);
        assertThat(SrvWeights.each(List.of(new Share(5, 2), new Share(3, 2)))).containsExactly(5, 3);
    }

    @Test
    void the_smallest_and_the_largest_weight_are_in_range_together() {
        int[] weights = SrvWeights.each(List.of(new Share(0, 7), new Share(65_535, 1), new Share(1, 11)));
        assertThat(weights[1]).isEqualTo(Endpoint.MAX_WEIGHT);
        assertThat(weights[0]).isEqualTo(1);
        assertThat(weights[2]).isEqualTo(1);
    }

    @Test
    void a_target_without_addresses_takes_no_part() {
        assertThat(SrvWeights.each(List.of(new Share(2, 0), new Share(3, 1)))).containsExactly(2, 3);
        assertThat(SrvWeights.each(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_targets_part_of_the_whole_is_what_its_record_says(long seed) {
        Random random = new Random(seed);
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            shares.add(new Share(1 + random.nextInt(100), 1 + random.nextInt(6)));
        }
        int[] weights = SrvWeights.each(shares);
        double said = shares.stream().mapToInt(Share::weight).sum();
        double got = 0;
        for (int i = 0; i < weights.length; i++) {
            got += (double) weights[i] * shares.get(i).addresses();
        }
        for (int i = 0; i < weights.length; i++) {
            double part = weights[i] * shares.get(i).addresses() / got;
            assertThat(part)
                    .as("seed " + seed + ", " + shares.get(i))
                    .isEqualTo(shares.get(i).weight() / said, org.assertj.core.data.Offset.offset(1e-12));
        }
    }
}
