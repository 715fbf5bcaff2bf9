package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine, without its name. What Linux does not tell is {@code unknown}. */
record Machine(String cpu, int cores, long memoryMebibytes, String os, String kernel) {
    static Machine here() throws IOException {
        String memory = valueOf(Path.of("/proc/meminfo"), "MemTotal:").replaceAll("\\D", "");
        String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
        return new Machine(
                valueOf(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^\\s*:\\s*", ""),
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? 0 : Long.parseLong(memory) / 1024,
                valueOf(Path.of("/etc/os-release"), "PRETTY_NAME=").replace("\"", ""),
                kernel);
    }

    private static String valueOf(Path file, String key) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).trim())
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
