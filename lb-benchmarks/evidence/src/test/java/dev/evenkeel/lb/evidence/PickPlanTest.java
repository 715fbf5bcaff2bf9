package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PickPlanTest {
    private static final int PEERS = 10;
    private static final Form QUICK = Form.QUICK;
    /** A cold build and everything but the picks, generously. */
    private static final Duration REST = Duration.ofMinutes(6);

    private final PickPlan plan = new PickPlan(thirtySubjects(), QUICK.grid(), QUICK.pace());

    /** Ten peers with three policies each: one can do all, one cannot be marked down, one can only pick. */
    private static List<Peer> thirtySubjects() {
        return IntStream.range(0, PEERS)
                .mapToObj(number -> {
                    String name = "peer" + number;
                    return new Peer(
                            name,
                            Path.of(name),
                            List.of(
                                    subject(name, "all", true, true),
                                    subject(name, "unmarked", true, false),
                                    subject(name, "plain", false, false)));
                })
                .toList();
    }

    private static Subject subject(String peer, String policy, boolean accounts, boolean marks) {
        return new Subject(peer + "/" + policy, peer, "1", policy, Family.ROUND_ROBIN, accounts, marks);
    }

    @Test
    void thirty_subjects_get_at_least_two_rounds_within_a_quarter_of_an_hour() throws UsageException {
        Duration left = QUICK.budget().minus(REST);
        int rounds = plan.rounds(left, QUICK.rounds());
        assertThat(rounds).isBetween(2, QUICK.rounds().wanted());
        assertThat(plan.perRound().multipliedBy(rounds)).isLessThanOrEqualTo(left);
    }

    @Test
    void no_more_rounds_are_run_than_wanted() throws UsageException {
        assertThat(plan.rounds(Duration.ofDays(1), QUICK.rounds()))
                .isEqualTo(QUICK.rounds().wanted());
    }

    @Test
    void a_time_too_short_for_two_rounds_is_told_with_what_it_would_take() {
        assertThatThrownBy(() -> plan.rounds(Duration.ofSeconds(30), QUICK.rounds()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("2 rounds of " + plan.forksPerRound() + " forks take "
                        + Progress.time(plan.perRound()) + " each, but 30 s are left for them");
    }

    @Test
    void each_round_visits_every_subject_and_begins_with_another_peer() {
        List<String> first = new ArrayList<>();
        for (int round = 1; round <= PEERS; round++) {
            List<Batch> batches = plan.round(round);
            first.add(batches.get(0).peer().name());
            assertThat(batches.stream()
                            .flatMap(batch -> batch.spread().subjects().stream())
                            .distinct())
                    .hasSize(3 * PEERS);
            assertThat(batches).hasSameElementsAs(plan.round(1));
        }
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    void a_subject_gets_the_cells_that_it_can_do() {
        assertThat(cellsOf("peer0/all"))
                .containsExactlyInAnyOrder(
                        "pick 10 0 1",
                        "pick 10 0.9 1",
                        "pick 1000 0 1",
                        "pick 1000 0.9 1",
                        "pick 10 0 2",
                        "attempt 10 0 1");
        assertThat(cellsOf("peer0/unmarked"))
                .containsExactlyInAnyOrder("pick 10 0 1", "pick 1000 0 1", "pick 10 0 2", "attempt 10 0 1");
        assertThat(cellsOf("peer0/plain")).containsExactlyInAnyOrder("pick 10 0 1", "pick 1000 0 1", "pick 10 0 2");
    }

    @Test
    void several_threads_pick_by_the_families_that_are_compared_there() {
        Subject luck = new Subject("peer/luck", "peer", "1", "luck", Family.RANDOM, true, true);
        PickPlan ofLuck =
                new PickPlan(List.of(new Peer("peer", Path.of("peer"), List.of(luck))), QUICK.grid(), QUICK.pace());

        assertThat(cellsOf("peer/luck", ofLuck))
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell).endsWith(" 1"));
        assertThat(Form.FULL.grid().shared().takes(luck)).isTrue();
    }

    private List<String> cellsOf(String subject) {
        return cellsOf(subject, plan);
    }

    private static List<String> cellsOf(String subject, PickPlan of) {
        List<String> cells = new ArrayList<>();
        for (Batch batch : of.round(1)) {
            if (batch.spread().subjects().contains(subject)) {
                for (int backends : batch.spread().backends()) {
                    for (String down : batch.spread().down()) {
                        cells.add(batch.benchmark() + " " + backends + " " + down + " " + batch.threads());
                    }
                }
            }
        }
        return cells;
    }

    @Test
    void the_command_line_of_a_batch_is_that_of_JMH() {
        Batch batch = plan.round(1).get(0);
        assertThat(String.join(" ", batch.arguments(QUICK.pace(), Path.of("r.json"))))
                .isEqualTo(
                        "org.openjdk.jmh.Main PeersBenchmark.pick$ -p subject=peer0/all -p backends=10,1000 -p down=0,0.9"
                                + " -t 1 -f 1 -wi 8 -w 50ms -i 4 -r 50ms -foe true -prof gc -rf json -rff r.json");
    }
}
