package dev.evenkeel.lb.evidence;

import java.nio.file.Path;
import java.util.List;

/** A module of a library's policies, and those of them that are run. */
record Peer(String name, Path jar, List<Subject> subjects) {
    Peer {
        subjects = List.copyOf(subjects);
    }

    /** Returns the same with its first subjects only. */
    Peer first(int count) {
        return new Peer(name, jar, subjects.subList(0, Math.min(count, subjects.size())));
    }
}
