package dev.evenkeel.lb.evidence;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes what is measured. A field that is missing is an error; one that is unknown is left alone. */
final class Json {
    private static final int DEPTH_OF_LINES = 2;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private Json() {}

    /** Breaks lines so that each sample has its own, and two runs can be compared line by line. */
    private static final class LineEach extends DefaultPrettyPrinter {
        private static final long serialVersionUID = 1L;

        LineEach() {
            super(DEFAULT_SEPARATORS.withObjectFieldValueSpacing(Separators.Spacing.AFTER));
            indentObjectsWith(new Lines());
            indentArraysWith(new Lines());
        }

        @Override
        public DefaultPrettyPrinter createInstance() {
            return new LineEach();
        }

        @Override
        public void writeEndObject(JsonGenerator out, int entries) throws IOException {
            if (_nesting > DEPTH_OF_LINES) {
                _nesting--;
                out.writeRaw('}');
            } else {
                super.writeEndObject(out, entries);
            }
        }

        @Override
        public void writeEndArray(JsonGenerator out, int values) throws IOException {
            if (_nesting > DEPTH_OF_LINES) {
                _nesting--;
                out.writeRaw(']');
            } else {
                super.writeEndArray(out, values);
            }
        }
    }

    private static final class Lines implements DefaultPrettyPrinter.Indenter, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public void writeIndentation(JsonGenerator out, int level) throws IOException {
            if (level <= DEPTH_OF_LINES) {
                out.writeRaw("\n" + "  ".repeat(level));
            }
        }

        @Override
        public boolean isInline() {
            return false;
        }
    }

    static String text(Evidence evidence) throws JsonProcessingException {
        return MAPPER.writer(new LineEach()).writeValueAsString(evidence) + "\n";
    }

    static Evidence read(Path file) throws IOException {
        return MAPPER.readValue(Files.readString(file), Evidence.class);
    }

    static JsonNode tree(Path file) throws IOException {
        return MAPPER.readTree(Files.readString(file));
    }

    /** Returns the rows among the lines of an output: those that begin with a brace. */
    static <T> List<T> rows(List<String> lines, Class<T> type) throws JsonProcessingException {
        List<T> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("{")) {
                rows.add(MAPPER.readValue(line, type));
            }
        }
        return List.copyOf(rows);
    }
}
