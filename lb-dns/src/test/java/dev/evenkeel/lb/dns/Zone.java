package dev.evenkeel.lb.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Records by name and type, and how a server of them answers. Names end in a dot. Also a {@link Dns} that answers at once, for
 * tests that turn the time by hand. Safe for many threads.
 */
final class Zone implements Dns {
    private static final Name ORIGIN = Name.fromConstantString("example.");

    private final List<Record> records = new ArrayList<>();
    private final List<Record> glue = new ArrayList<>();
    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    /** Adds a record, such as {@code a.example. 60 A 10.0.0.1}. */
    synchronized Zone add(String line) {
        records.add(record(line));
        return this;
    }

    /** Adds a record that goes along with every SRV answer. */
    synchronized Zone addGlue(String line) {
        glue.add(record(line));
        return this;
    }

    /** Returns all its records, also those that do not go together. */
    synchronized List<Record> all() {
        return List.copyOf(records);
    }

    /** Lets the server give a code for a question such as {@code A a.example.}; -1 stands for no answer. */
    synchronized Zone code(String question, int code) {
        codes.put(question, code);
        return this;
    }

    synchronized Zone heal() {
        codes.clear();
        return this;
    }

    synchronized Zone clear() {
        records.clear();
        glue.clear();
        return this;
    }

    /** Returns the questions since the last call. */
    synchronized List<String> asked() {
        List<String> news = List.copyOf(asked);
        asked.clear();
        return news;
    }

    private static Record record(String line) {
        String[] parts = line.split(" ", 4);
        try {
            return Record.fromString(
                    Name.fromString(parts[0]),
                    Type.value(parts[2]),
                    DClass.IN,
                    Long.parseLong(parts[1]),
                    parts[3],
                    Name.root);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    @Override
    public CompletionStage<Message> ask(Message query) {
        Message answer = answer(query);
        return answer == null
                ? CompletableFuture.failedFuture(new IOException("silence"))
                : CompletableFuture.completedFuture(answer);
    }

    /** Returns what the server says, or null if it says nothing. */
    synchronized @org.jspecify.annotations.Nullable Message answer(Message query) {
        Record question = query.getQuestion();
        String text = Type.string(question.getType()) + " " + question.getName();
        asked.add(text);
        int code = codes.getOrDefault(text, Rcode.NOERROR);
        if (code < 0) {
            return null;
        }
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        answer.getHeader().setRcode(code);
        if (code == Rcode.NOERROR) {
            fill(answer, question);
        }
        return answer;
    }

    private void fill(Message answer, Record question) {
        boolean exists = false;
        for (Record each : records) {
            if (each.getName().equals(question.getName())) {
                exists = true;
                if (each.getType() == question.getType() || each.getType() == Type.CNAME) {
                    answer.addRecord(each, Section.ANSWER);
                }
            }
        }
        if (answer.getSection(Section.ANSWER).isEmpty()) {
            answer.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
            answer.addRecord(record(ORIGIN + " 90 SOA ns.example. me.example. 1 60 60 60 40"), Section.AUTHORITY);
        } else if (question.getType() == Type.SRV) {
            glue.forEach(each -> answer.addRecord(each, Section.ADDITIONAL));
        }
    }
}
