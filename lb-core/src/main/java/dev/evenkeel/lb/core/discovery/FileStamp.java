package dev.evenkeel.lb.core.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What tells cheaply that a file has changed. The key changes when the file was replaced; some systems have none. */
record FileStamp(FileTime modified, long size, @Nullable Object key) {
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Follows symbolic links. */
    static FileStamp of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            // Reading a pipe would hang.
            throw new IOException("it must be a regular file");
        }
        return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Tells whether a look at the size is enough to refuse the file. */
    boolean isTooLarge() {
        return size > MAX_BYTES;
    }

    static IOException tooLarge(long bytes) {
        return new IOException("it must have at most " + MAX_BYTES + " bytes, had " + bytes);
    }

    byte[] read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw tooLarge(content.length); // It has grown meanwhile.
            }
            return content;
        }
    }
}
