package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.EndpointSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file with one endpoint a line, watched. Immutable.
 *
 * <pre>{@code
 * # orders, two in each zone
 * http://10.0.0.1:8080;weight=5;zone=a
 * http://10.0.0.2:8080;zone=b;tier=1
 * }</pre>
 *
 * <p>A line is {@code URL;key=value...} as {@link dev.evenkeel.lb.api.Endpoint#labelled} reads it. Blank lines and lines that begin
 * with {@code #} say nothing. UTF-8, with or without a byte order mark; lines end with LF or CRLF; at most 16 MiB.
 *
 * <p>An update counts as a whole or not at all. One broken line refuses all of it, and the failure names the file, the line and
 * the rule. A file that is missing, unreadable or without any endpoint is a failure too: the last good set stays. So a
 * file cannot take away the last backend.
 *
 * <p>The file's modification time, size and identity are looked at every second, and it is read when one of them has changed, and
 * for some seconds after, since two changes may fall into one tick of the file system's clock. New content counts once two
 * readings, a tenth of a second apart, are equal, so that a file being written in place is not read half; a writer that
 * rests longer in the middle should write another file and rename it. A watch service of the operating system is not used,
 * because it is told nothing of changes on network file systems, through bind mounts and behind symbolic links, which is how
 * containers are given their files, and says nothing about that.
 */
public final class FileSource implements EndpointSource {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    private final Path path;
    private final Duration interval;

    private FileSource(Path path, Duration interval) {
        this.path = path;
        this.interval = interval;
    }

    /** Returns the source of one file, which need not exist yet. A relative path is taken from the working directory. */
    public static FileSource of(Path path) {
        return new FileSource(path.toAbsolutePath(), DEFAULT_INTERVAL);
    }

    /**
     * Sets how often the file is looked at, every second by default.
     *
     * @throws IllegalArgumentException if that is less than a second or more than a day
     */
    public FileSource every(Duration newInterval) {
        Intervals.check("the interval of " + name(), newInterval);
        return new FileSource(path, newInterval);
    }

    /** Returns {@code file} and the path. */
    @Override
    public String name() {
        return "file " + path;
    }

    @Override
    public Watch watch(Discovery discovery) {
        FileWatch watch = new FileWatch(path, interval, discovery);
        return Polling.start(discovery, watch::look);
    }

    @Override
    public String toString() {
        return name();
    }
}
