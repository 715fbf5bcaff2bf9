package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A repository that is built, whose measuring programs are stand-ins. */
final class FakeTree {
    private static final Path CLASSES = Path.of("target/test-classes").toAbsolutePath();

    private FakeTree() {}

    static Path in(Path root, String... peers) throws IOException {
        for (String peer : peers) {
            jar(root.resolve("lb-benchmarks/peers").resolve(peer).resolve("target/peer.jar"));
        }
        Files.createDirectories(root.resolve("lb-benchmarks/peers/unbuilt"));
        jar(root.resolve("lb-benchmarks/jmh/target/benchmarks.jar"));
        return root;
    }

    /** Makes a jar that has nothing of its own and names the stand-ins in its manifest, as a peer's names its libraries. */
    static Path jar(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(Attributes.Name.CLASS_PATH, CLASSES.toUri().toString());
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return file;
    }
}
