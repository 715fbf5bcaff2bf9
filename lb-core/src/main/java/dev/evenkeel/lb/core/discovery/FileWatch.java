package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource.Discovery;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one balancer knows of one file. Used by one thread at a time, which the polling sees to. */
final class FileWatch {
    /** How far two readings are apart that have to be equal. */
    static final Duration SETTLING = Duration.ofMillis(100);

    /** Longer than the tick of any file system's clock; FAT has the longest, 2 s. */
    static final Duration TICK = Duration.ofSeconds(3);

    private final Path path;
    private final Duration interval;
    private final Discovery discovery;

    /** So many unequal readings in a row are told: ten seconds. */
    static final int RESTLESS = 100;

    private @Nullable FileStamp stamp;
    private long stampedNanos;

    /** Whether the file was read when its stamp was older than a tick, so that the stamp alone speaks for the content. */
    private boolean sure;

    private byte @Nullable [] unsettled;
    private int unequalReadings;
    private byte @Nullable [] told;

    FileWatch(Path path, Duration interval, Discovery discovery) {
        this.path = path;
        this.interval = interval;
        this.discovery = discovery;
    }

    Duration look() {
        try {
            return compare(FileStamp.of(path));
        } catch (NoSuchFileException | FileNotFoundException e) {
            return failed(path + " does not exist", e);
        } catch (IOException e) {
            return failed(path + " cannot be read", e);
        }
    }

    private Duration compare(FileStamp now) throws IOException {
        if (!now.equals(stamp)) {
            stamp = now;
            stampedNanos = discovery.nanos();
            sure = false;
        } else if (sure) {
            return interval;
        }
        if (now.isTooLarge()) {
            return refused(now);
        }
        boolean settledLongAgo = discovery.nanos() - stampedNanos > TICK.toNanos();
        byte[] content = now.read(path);
        if (!Arrays.equals(content, told)) {
            if (!Arrays.equals(content, unsettled) || !FileStamp.of(path).equals(now)) {
                return readAgain(content);
            }
            told = content;
            tell(content);
        }
        settle(settledLongAgo);
        return interval;
    }

    private Duration readAgain(byte[] content) {
        unsettled = content;
        unequalReadings++;
        if (unequalReadings < RESTLESS) {
            return SETTLING;
        }
        unequalReadings = 0;
        return failed(path + " must be the same in two readings, was never in " + RESTLESS, null);
    }

    private void settle(boolean longAgo) {
        unsettled = null;
        unequalReadings = 0;
        sure = longAgo;
    }

    /** The stamp alone says what is wrong, so until it changes there is nothing to read and nothing to tell. */
    private Duration refused(FileStamp now) {
        failed(path + " cannot be read", FileStamp.tooLarge(now.size()));
        stamp = now;
        sure = true;
        return interval;
    }

    private void tell(byte[] content) {
        List<Endpoint> endpoints;
        try {
            endpoints = EndpointLines.read(path, content);
        } catch (IllegalArgumentException e) {
            discovery.failed(String.valueOf(e.getMessage()), null);
            return;
        }
        discovery.found(endpoints);
    }

    /** Forgets what was told, so that the file is told again when it is back, also if nothing in it has changed. */
    private Duration failed(String reason, @Nullable IOException cause) {
        stamp = null;
        told = null;
        settle(false);
        discovery.failed(reason, cause);
        return interval;
    }
}
