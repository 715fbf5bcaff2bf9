package dev.evenkeel.lb.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** What can be measured on this class path; as a program, prints it, a line of JSON for each subject. */
public final class Subjects {
    private Subjects() {}

    /** One policy of one peer. Its name is {@code peer/policy}. */
    record Entry(Peer peer, Subject subject) {
        String name() {
            return peer.name() + "/" + subject.policy();
        }

        Balancer balancer(int backends) throws Exception {
            return peer.balancer(subject, backends);
        }
    }

    /** Returns all of them, in the order in which the peers tell them. */
    static List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        for (Peer peer : ServiceLoader.load(Peer.class)) {
            peer.subjects().forEach(subject -> all.add(new Entry(peer, subject)));
        }
        return all;
    }

    /**
     * Returns the one with a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Entry named(String name) {
        return all().stream()
                .filter(entry -> entry.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("the subject must be one of "
                        + all().stream().map(Entry::name).collect(Collectors.joining(", ")) + ", was " + name));
    }

    /** Prints all of them. */
    public static void main(String[] args) {
        for (Entry entry : all()) {
            Subject subject = entry.subject();
            System.out.printf(
                    Locale.ROOT,
                    "{\"subject\":\"%s\",\"peer\":\"%s\",\"version\":\"%s\",\"policy\":\"%s\",\"family\":\"%s\","
                            + "\"accounts\":%b,\"marks\":%b}%n",
                    entry.name(),
                    entry.peer().name(),
                    entry.peer().version(),
                    subject.policy(),
                    subject.family(),
                    subject.accounts(),
                    subject.marks());
        }
    }
}
