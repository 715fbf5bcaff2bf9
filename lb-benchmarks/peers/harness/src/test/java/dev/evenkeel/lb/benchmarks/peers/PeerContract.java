package dev.evenkeel.lb.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the figures rest on: that each peer on the class path really does what is said to be measured. */
public abstract class PeerContract {
    private static final int BACKENDS = 10;
    private static final int PICKS = 8_000;

    /** How far random shares of so many picks stray at most, as a share of the due one: more than six sigma. */
    private static final double RANDOM = 0.35;

    /** How far the shares of turns stray, where each thread or call may begin anew. */
    private static final double TURNS = 0.02;

    static List<Subjects.Entry> all() {
        return Subjects.all();
    }

    static List<Subjects.Entry> marking() {
        return all().stream().filter(entry -> entry.subject().marks()).toList();
    }

    @Test
    void every_subject_has_a_version_and_a_name_of_its_own() {
        assertThat(all()).isNotEmpty();
        assertThat(all().stream().map(Subjects.Entry::name)).doesNotHaveDuplicates();
        assertThat(all()).allSatisfy(entry -> {
            assertThat(entry.peer().version()).matches("[0-9]+\\.[0-9].*");
            assertThat(entry.name()).matches("[ -~&&[^\"\\\\]]+/[ -~&&[^\"\\\\/]]+");
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void all_get_their_share_while_all_are_up(Subjects.Entry entry) throws Exception {
        Family family = entry.subject().family();
        BitSet up = upAll();
        try (Balancer balancer = entry.balancer(BACKENDS)) {
            Tally tally = new Pickers(balancer, 1, BACKENDS).run(PICKS);

            assertThat(tally.none()).isZero();
            if (family.goesByKey()) {
                assertThat(IntStream.range(0, BACKENDS).filter(number -> tally.hits(number) > 0))
                        .as("reached")
                        .hasSizeGreaterThan(family == Family.STICKY ? 0 : BACKENDS - 1);
            } else {
                boolean turns = family == Family.ROUND_ROBIN || family == Family.WEIGHTED_ROUND_ROBIN;
                assertThat(tally.busiest(up, family)).isCloseTo(1, within(turns ? TURNS : slack(family)));
            }
        }
    }

    /** Where nothing is in flight, those who look at all may always take the first. */
    private static double slack(Family family) {
        return family == Family.LEAST || family == Family.LATENCY ? BACKENDS : RANDOM;
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_key_stays_with_its_backend(Subjects.Entry entry) throws Exception {
        if (!entry.subject().family().goesByKey()) {
            return;
        }
        try (Balancer balancer = entry.balancer(BACKENDS)) {
            for (int key = 0; key < 100; key++) {
                int first = picked(balancer, key);

                assertThat(picked(balancer, key)).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("marking")
    void who_is_down_gets_nothing_and_who_comes_back_does(Subjects.Entry entry) throws Exception {
        try (Balancer balancer = entry.balancer(BACKENDS)) {
            for (BitSet up : patterns()) {
                balancer.mark(up);

                Tally tally = new Pickers(balancer, 1, BACKENDS).run(PICKS);

                for (int number = 0; number < BACKENDS; number++) {
                    if (!up.get(number)) {
                        assertThat(tally.hits(number))
                                .as("hits of %d with %s up", number, up)
                                .isZero();
                    } else if (slack(entry.subject().family()) < 1
                            && entry.subject().family() != Family.STICKY) {
                        assertThat(tally.hits(number))
                                .as("hits of %d with %s up", number, up)
                                .isPositive();
                    }
                }
            }
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("marking")
    void with_one_up_it_gets_all(Subjects.Entry entry) throws Exception {
        try (Balancer balancer = entry.balancer(BACKENDS)) {
            balancer.mark(BitSet.valueOf(new long[] {1 << 7}));

            assertThat(new Pickers(balancer, 1, BACKENDS).run(PICKS).hits(7)).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void an_attempt_picks_as_a_pick_does(Subjects.Entry entry) throws Exception {
        if (!entry.subject().accounts()) {
            return;
        }
        try (Balancer balancer = entry.balancer(BACKENDS)) {
            for (int turn = 0; turn < PICKS; turn++) {
                Object answer = balancer.attempt(turn & (Balancer.KEYS - 1));

                assertThat(answer).isNotNull();
                assertThat(balancer.number(answer)).isBetween(0, BACKENDS - 1);
            }
        }
    }

    private static int picked(Balancer balancer, int key) throws Exception {
        Object answer = balancer.pick(key);
        assertThat(answer).isNotNull();
        return balancer.number(answer);
    }

    private static BitSet upAll() {
        BitSet up = new BitSet(BACKENDS);
        up.set(0, BACKENDS);
        return up;
    }

    private static List<BitSet> patterns() {
        return Stream.of(0b11_1111_1110L, 0b00_0000_0101L, 0b10_0000_0000L, 0b01_1010_0110L, 0b11_1111_1111L)
                .map(bits -> BitSet.valueOf(new long[] {bits}))
                .collect(Collectors.toList());
    }
}
