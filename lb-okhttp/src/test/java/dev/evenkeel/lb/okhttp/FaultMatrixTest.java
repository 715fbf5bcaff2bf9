package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.okhttp.MatrixRow.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a server or the way to it can do to a call, and what the caller and the balancer make of it. The table is
 * {@code fault-matrix.txt}, and docs/fault-matrix.md shows it; what the present code yields is written to {@code
 * target/fault-matrix.txt}. The rules below hold in every row, whatever the table says.
 */
@Timeout(120)
class FaultMatrixTest {
    private static final Path TABLE = Path.of("src/test/resources/fault-matrix.txt");
    private static final Path PAGE = Path.of("../docs/fault-matrix.md");

    private static final Queue<String> UNCAUGHT = new ConcurrentLinkedQueue<>();
    private static final Map<MatrixRow, Future<Result>> RUNNING = new LinkedHashMap<>();
    private static Thread.@Nullable UncaughtExceptionHandler before;

    /** Many rows run at a time: they wait for sockets, and some for timeouts. */
    @BeforeAll
    static void start() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> UNCAUGHT.add(thread.getName() + ": " + e));
        ExecutorService busy = threads(8);
        ExecutorService waiting = threads(48);
        for (MatrixRow row : MatrixRow.all()) {
            RUNNING.put(row, (row.fault().client().waits() ? waiting : busy).submit(row::run));
        }
        busy.shutdown();
        waiting.shutdown();
    }

    private static ExecutorService threads(int count) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "row-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @AfterAll
    static void end() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        RUNNING.clear();
    }

    static Collection<MatrixRow> rows() {
        return RUNNING.keySet();
    }

    private static Result result(MatrixRow row) throws Exception {
        return Objects.requireNonNull(RUNNING.get(row)).get(60, TimeUnit.SECONDS);
    }

    private static Map<MatrixRow, Result> results() throws Exception {
        Map<MatrixRow, Result> results = new LinkedHashMap<>();
        for (MatrixRow row : rows()) {
            results.put(row, result(row));
        }
        return results;
    }

    private static String line(MatrixRow row, Result result) {
        return row + " | " + result;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void row_is_as_in_the_table(MatrixRow row) throws Exception {
        List<String> expected = Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith(row.toString()))
                .toList();
        assertThat(List.of(line(row, result(row)))).isEqualTo(expected);
    }

    @Test
    void table_has_these_rows_in_this_order_and_the_page_shows_it() throws Exception {
        String yielded = results().entrySet().stream()
                .map(row -> line(row.getKey(), row.getValue()) + "\n")
                .collect(Collectors.joining());
        Files.writeString(Path.of("target/fault-matrix.txt"), yielded);
        String table = Files.readString(TABLE);
        assertThat(table.lines().count()).isEqualTo(rows().size());
        assertThat(Files.readString(PAGE)).contains("```text\n" + table + "```\n");
    }

    @Test
    void what_must_not_be_done_twice_arrives_at_most_once() throws Exception {
        results().forEach((row, result) -> {
            if (row.call().isSentOnce()) {
                assertThat(result.first().received() + result.second().received())
                        .as(line(row, result))
                        .isLessThanOrEqualTo(1);
            }
        });
    }

    @Test
    void get_without_an_answer_from_the_faulty_backend_is_answered_by_the_other() throws Exception {
        results().forEach((row, result) -> {
            boolean answered = result.caller().matches("\\d{3}.*");
            if (row.call() == MatrixCall.GET && !answered) {
                assertThat(row.fault().client()) // only what is over for the whole call may end it
                        .as(line(row, result))
                        .isEqualTo(Fault.Client.HURRIED);
            }
        });
    }

    @Test
    void call_that_never_got_there_is_answered_by_the_other_whatever_it_is() throws Exception {
        results().forEach((row, result) -> {
            if (result.first().verdicts().contains(Kind.UNREACHABLE)) {
                assertThat(result.caller()).as(line(row, result)).matches("(200|101) b:.*");
            }
        });
    }

    @Test
    void healthy_backend_is_never_blamed_and_nobody_is_asked_twice() throws Exception {
        results().forEach((row, result) -> {
            assertThat(result.first().verdicts()).as(line(row, result)).hasSize(1);
            assertThat(result.second().verdicts()).as(line(row, result)).isIn(List.of(), List.of(Kind.SUCCESS));
            // Every request is an attempt's first, or known as sent again.
            assertThat(result.first().received() - result.first().resends())
                    .as(line(row, result))
                    .isBetween(0L, 1L);
        });
    }

    @Test
    void transport_makes_no_difference() throws Exception {
        Map<MatrixRow, Result> results = results();
        results.forEach((row, result) -> {
            MatrixRow rewritten = new MatrixRow(Transport.REWRITE, row.fault(), row.wire(), row.call());
            assertThat(result.toString()).as(line(row, result)).isEqualTo(Objects.toString(results.get(rewritten)));
        });
    }

    @Test
    void no_thread_has_died_of_an_exception() throws Exception {
        results();
        assertThat(UNCAUGHT).isEmpty();
    }
}
