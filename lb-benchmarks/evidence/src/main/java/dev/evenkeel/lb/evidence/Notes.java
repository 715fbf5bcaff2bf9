package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What has to be known to read the figures of a peer rightly. Prose without a number, the only part that is written by hand. */
final class Notes {
    private static final String FILE = "notes.md";

    private Notes() {}

    static String text() {
        try (InputStream notes = Notes.class.getResourceAsStream(FILE)) {
            if (notes == null) {
                throw new IllegalStateException("there is no " + FILE + " beside " + Notes.class.getName());
            }
            return new String(notes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }
}
