package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the peers' modules that are built, and asks each for its subjects. */
final class PeerModules {
    static final String PACKAGE = "dev.evenkeel.lb.benchmarks.peers.";
    private static final String OURS = "evenkeel";
    private static final int SMOKE_PEERS = 2;
    private static final int SMOKE_SUBJECTS = 2;

    private PeerModules() {}

    /** Returns the peers that were asked for, ours first; in the smoke form a few subjects of a few peers only. */
    static List<Peer> find(Options options, Children children)
            throws IOException, InterruptedException, UsageException {
        Path home = options.root().resolve("lb-benchmarks").resolve("peers");
        List<String> names = built(home);
        for (String asked : options.peers()) {
            if (!names.contains(asked)) {
                throw new UsageException("--peers: no " + asked + " among the peers that are built: " + names);
            }
        }
        names.removeIf(name -> !options.peers().isEmpty() && !options.peers().contains(name));
        if (options.form().equals(Form.SMOKE) && options.peers().isEmpty()) {
            names = names.subList(0, Math.min(SMOKE_PEERS, names.size()));
        }
        List<Peer> peers = new ArrayList<>();
        for (String name : names) {
            Path jar = jar(home, name).toAbsolutePath();
            List<Subject> subjects = Json.rows(children.run(jar, List.of(PACKAGE + "Subjects")), Subject.class);
            if (subjects.isEmpty()) {
                throw new IOException(name + " names no subject");
            }
            Peer peer = new Peer(name, jar, subjects);
            peers.add(options.form().equals(Form.SMOKE) ? peer.first(SMOKE_SUBJECTS) : peer);
        }
        return peers;
    }

    private static List<String> built(Path home) throws IOException, UsageException {
        if (!Files.isDirectory(home)) {
            throw new UsageException("no directory lb-benchmarks/peers; --root must be the root of the repository");
        }
        List<String> names = new ArrayList<>();
        try (Stream<Path> directories = Files.list(home)) {
            directories
                    .map(directory -> String.valueOf(directory.getFileName()))
                    .filter(name -> Files.isRegularFile(jar(home, name)))
                    .sorted()
                    .forEach(names::add);
        }
        if (names.isEmpty()) {
            throw new UsageException("no peer is built in lb-benchmarks/peers; lb-benchmarks/run builds them");
        }
        if (names.remove(OURS)) {
            names.add(0, OURS);
        }
        return names;
    }

    private static Path jar(Path home, String name) {
        return home.resolve(name).resolve("target").resolve("peer.jar");
    }
}
