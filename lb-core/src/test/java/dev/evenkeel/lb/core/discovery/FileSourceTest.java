package dev.evenkeel.lb.core.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.EndpointSource.Watch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTest {
    private static final Instant WRITTEN = Instant.parse("2000-01-01T00:00:00Z");
    private static final String A_AND_B = "http://a:81\nhttp://b:81;weight=5\n";

    @TempDir
    Path directory;

    private Path path;
    private final RecordingDiscovery discovery = new RecordingDiscovery();

    @BeforeEach
    void name() {
        path = directory.resolve("orders");
    }

    /** Writes in place, at a moment that the test chooses. */
    private void write(String content, int second) throws IOException {
        write(content.getBytes(UTF_8), second);
    }

    private void write(byte[] content, int second) throws IOException {
        Files.write(path, content);
        Files.setLastModifiedTime(path, FileTime.from(WRITTEN.plusSeconds(second)));
    }

    private Watch watched(String content) throws IOException {
        write(content, 0);
        Watch watch = FileSource.of(path).watch(discovery);
        discovery.advance(ofMillis(100));
        return watch;
    }

    @Test
    void every_line_is_an_endpoint_and_the_rest_says_nothing() throws Exception {
        watched("# orders\n\n  http://b:81;weight=5;zone=z;tier=2  \n\t# no\nhttps://a\nhttps://a;weight=9");
        assertThat(discovery.news())
                .containsExactly("found http://b:81;w5;zz;t2 https://a:443 https://a:443;w9;znull;t0");
    }

    @Test
    void a_byte_order_mark_and_windows_line_ends_are_read() throws Exception {
        watched("\uFEFFhttp://a:81\r\n# ä\r\n\r\nhttp://b:81\r\n");
        assertThat(discovery.news()).containsExactly("found http://a:81 http://b:81");
    }

    @Test
    void new_content_is_in_force_a_second_and_a_bit_later() throws Exception {
        watched("http://a:81");
        discovery.news();
        write("http://b:81", 1);
        discovery.advance(ofMillis(1_100));
        assertThat(discovery.news()).containsExactly("found http://b:81");
    }

    @Test
    void what_has_not_changed_is_told_once() throws Exception {
        watched(A_AND_B);
        discovery.advance(ofSeconds(60));
        write(A_AND_B, 61);
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "htp://c           | not a usable endpoint: \"htp://c\": its scheme must be http or https, was htp",
                "http://c;weight=0 | weight must be 1 to 1000000, was 0 for http://c:80, in \"http://c;weight=0\"",
                "http://c # no     | not a usable endpoint: \"http://c # no\": it must have no query and no fragment, had # no",
                "http://joe:pw@c   | not a usable endpoint: \"http://***@c\": it must have no user-info; send credentials as a request header",
            })
    void one_broken_line_refuses_the_whole_update_and_is_named(String line, String rule) throws Exception {
        watched(A_AND_B);
        discovery.news();
        write("http://new:81\n\n" + line + "\nhttp://newer:81\n", 1);
        discovery.advance(ofSeconds(10));
        assertThat(discovery.news())
                .singleElement()
                .asString()
                .isEqualToIgnoringWhitespace("failed: " + path + " line 3: " + rule);
        write(A_AND_B, 2);
        discovery.advance(ofSeconds(2));
        assertThat(discovery.news()).as("recovered").containsExactly("found http://a:81 http://b:81;w5;znull;t0");
    }

    @Test
    void a_line_that_is_not_utf_8_is_named() throws Exception {
        watched(A_AND_B);
        discovery.news();
        write("http://a:81\n# h\u00e4\n".getBytes(ISO_8859_1), 1);
        discovery.advance(ofSeconds(2));
        assertThat(discovery.news()).containsExactly("failed: " + path + " line 2: it must be UTF-8");
    }

    @Test
    void a_line_of_any_length_makes_a_short_message() throws Exception {
        watched("x".repeat(1_000_000));
        assertThat(discovery.news()).singleElement().asString().hasSizeLessThan(800);
    }

    @ParameterizedTest
    @CsvSource({"''", "' \n'", "'# nobody\n'", "\uFEFF"})
    void a_file_without_endpoints_changes_nothing_and_is_told(String content) throws Exception {
        watched(A_AND_B);
        discovery.news();
        write(content, 1);
        discovery.advance(ofSeconds(10));
        assertThat(discovery.news())
                .containsExactly("failed: " + path + " must have at least 1 endpoint, had 0 in "
                        + content.getBytes(UTF_8).length + " bytes; to take out the last backend, drain it");
    }

    @Test
    void a_file_that_goes_missing_is_told_and_its_return_too() throws Exception {
        watched(A_AND_B);
        Path away = directory.resolve("away");
        Files.move(path, away);
        discovery.news();
        discovery.advance(ofSeconds(1));
        assertThat(discovery.news()).containsExactly("failed: " + path + " does not exist");
        assertThat(discovery.causes).singleElement().isInstanceOf(NoSuchFileException.class);
        Files.move(away, path);
        discovery.advance(ofSeconds(2));
        assertThat(discovery.news()).containsExactly("found http://a:81 http://b:81;w5;znull;t0");
    }

    @Test
    void what_is_no_regular_file_is_not_opened() throws Exception {
        FileSource.of(directory).watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: " + directory + " cannot be read");
        assertThat(discovery.causes).singleElement().asString().endsWith("it must be a regular file");
    }

    @Test
    void a_file_that_is_too_large_is_not_read_into_memory() throws Exception {
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(FileStamp.MAX_BYTES + 5L);
        }
        FileSource.of(path).watch(discovery);
        discovery.now();
        assertThat(discovery.causes)
                .singleElement()
                .asString()
                .endsWith("it must have at most 16777216 bytes, had 16777221");
    }

    @Test
    void a_file_that_is_too_large_is_refused_once_until_it_changes() throws Exception {
        watched("http://a:81");
        discovery.news();
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(FileStamp.MAX_BYTES + 5L);
            discovery.advance(ofSeconds(60));
            assertThat(discovery.news()).containsExactly("failed: " + path + " cannot be read");
            sparse.setLength(FileStamp.MAX_BYTES + 6L);
            discovery.advance(ofSeconds(60));
            assertThat(discovery.news()).hasSize(1);
        }
        write("http://a:81", 1);
        discovery.advance(ofSeconds(2));
        assertThat(discovery.news()).as("recovered").containsExactly("found http://a:81");
    }

    @Test
    void a_file_that_is_written_in_place_is_not_taken_half() throws Exception {
        watched(A_AND_B);
        discovery.news();
        discovery.advance(ofMillis(890));
        write("http://c:81\n", 1);
        discovery.advance(ofMillis(20));
        write("http://c:81\nhttp://d:81\n", 1);
        discovery.advance(ofMillis(100));
        assertThat(discovery.news()).isEmpty();
        discovery.advance(ofMillis(100));
        assertThat(discovery.news()).containsExactly("found http://c:81 http://d:81");
    }

    @Test
    void a_file_that_never_rests_is_told_and_looked_at_no_more_than_others() throws Exception {
        write("http://a:81", 0);
        FileSource.of(path).watch(discovery);
        for (int i = 1; i <= FileWatch.RESTLESS; i++) {
            discovery.advance(i == 1 ? Duration.ZERO : ofMillis(100));
            write("http://a:" + i, i);
        }
        assertThat(discovery.news())
                .containsExactly("failed: " + path + " must be the same in two readings, was never in 100");
        discovery.advance(ofMillis(1_100));
        assertThat(discovery.news()).containsExactly("found http://a:100");
    }

    @Test
    void a_second_change_of_the_same_size_within_the_same_tick_of_the_clock_is_seen() throws Exception {
        watched("http://a:81");
        discovery.news();
        write("http://b:81", 0);
        discovery.advance(ofSeconds(4));
        assertThat(discovery.news()).containsExactly("found http://b:81");
    }

    @Test
    void such_a_change_is_seen_with_a_long_interval_too() throws Exception {
        write("http://a:81", 0);
        FileSource.of(path).every(ofSeconds(10)).watch(discovery);
        discovery.advance(ofMillis(100));
        discovery.news();
        write("http://b:81", 0);
        discovery.advance(ofSeconds(11));
        assertThat(discovery.news()).containsExactly("found http://b:81");
    }

    @Test
    void a_file_whose_stamp_is_old_is_not_read_again() throws Exception {
        watched("http://a:81");
        discovery.advance(ofSeconds(5));
        discovery.news();
        write("http://b:81", 0); // What no program does: the time is set back.
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news()).isEmpty();
    }

    @Test
    void a_file_that_is_replaced_by_renaming_is_seen_even_with_time_and_size_of_the_old_one() throws Exception {
        watched("http://a:81");
        discovery.advance(ofSeconds(5));
        discovery.news();
        Path next = directory.resolve("next");
        Files.writeString(next, "http://b:81");
        Files.setLastModifiedTime(next, FileTime.from(WRITTEN));
        Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        discovery.advance(ofMillis(1_100));
        assertThat(discovery.news()).containsExactly("found http://b:81");
    }

    @Test
    void a_link_that_is_turned_to_another_file_is_seen() throws Exception {
        Path one = Files.writeString(directory.resolve("one"), "http://a:81");
        Path two = Files.writeString(directory.resolve("two"), "http://b:81");
        Files.createSymbolicLink(path, one);
        FileSource.of(path).watch(discovery);
        discovery.advance(ofSeconds(5));
        Files.delete(path);
        Files.createSymbolicLink(path, two);
        discovery.advance(ofMillis(1_100));
        assertThat(discovery.news()).containsExactly("found http://a:81", "found http://b:81");
    }

    @Test
    void a_refresh_looks_at_once() throws Exception {
        write("http://a:81", 0);
        Watch watch = FileSource.of(path).every(ofSeconds(60)).watch(discovery);
        discovery.advance(ofMillis(100));
        discovery.news();
        write("http://b:81", 1);
        watch.refresh();
        discovery.advance(ofMillis(100));
        assertThat(discovery.news()).containsExactly("found http://b:81");
    }

    @Test
    void it_is_called_by_its_whole_path_and_refuses_a_senseless_interval() {
        assertThat(FileSource.of(path)).hasToString("file " + path);
        assertThatThrownBy(() -> FileSource.of(path).every(ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be 1 s to 1 day, was PT0.999S");
    }
}
