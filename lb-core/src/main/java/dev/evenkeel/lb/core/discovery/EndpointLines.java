package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads lines of {@code URL;key=value}: all of them or none. */
final class EndpointLines {
    private static final int MAX_SHOWN = 500;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Path path;
    private final byte[] content;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private int lines;

    private EndpointLines(Path path, byte[] content) {
        this.path = path;
        this.content = content;
    }

    /**
     * Returns the endpoints in the order of their lines.
     *
     * @throws IllegalArgumentException if a line is no endpoint, or none is one; the message names the file, the line
     *     and the rule
     */
    static List<Endpoint> read(Path path, byte[] content) {
        EndpointLines lines = new EndpointLines(path, content);
        lines.readAll();
        return lines.endpoints;
    }

    private void readAll() {
        int start = startsWithMark() ? BYTE_ORDER_MARK.length : 0;
        for (int i = start; i <= content.length; i++) {
            if (i == content.length || content[i] == '\n') {
                lines++;
                readLine(decoded(start, i).strip());
                start = i + 1;
            }
        }
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(path + " must have at least 1 endpoint, had 0 in " + content.length
                    + " bytes; to take out the last backend, drain it");
        }
    }

    private boolean startsWithMark() {
        return content.length >= BYTE_ORDER_MARK.length
                && ByteBuffer.wrap(content, 0, BYTE_ORDER_MARK.length).equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
    }

    private String decoded(int start, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused("it must be UTF-8", e);
        }
    }

    private void readLine(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        try {
            endpoints.add(Endpoint.labelled(line));
        } catch (IllegalArgumentException e) {
            String rule = String.valueOf(e.getMessage());
            // What has an @ may be a password, which the rule has left out on purpose.
            throw refused(rule.contains(line) || line.contains("@") ? rule : rule + ", in \"" + line + "\"", e);
        }
    }

    private IllegalArgumentException refused(String rule, Exception cause) {
        String shown = rule.length() <= MAX_SHOWN ? rule : rule.substring(0, MAX_SHOWN) + "...";
        return new IllegalArgumentException(path + " line " + lines + ": " + shown, cause);
    }
}
