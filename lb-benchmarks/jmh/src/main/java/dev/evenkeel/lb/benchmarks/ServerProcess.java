package dev.evenkeel.lb.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A running process of {@link TinyServers}. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final String[] urls;

    private ServerProcess(Process process, String[] urls) {
        this.process = process;
        this.urls = urls;
    }

    /**
     * Starts it.
     *
     * @param millis how long each call takes there
     */
    static ServerProcess of(int servers, int millis) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyServers.class.getName(),
                        Integer.toString(servers),
                        Integer.toString(millis))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader ports =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String[] urls = new String[servers];
        for (int server = 0; server < servers; server++) {
            urls[server] = "http://127.0.0.1:" + ports.readLine();
        }
        return new ServerProcess(process, urls);
    }

    String[] urls() {
        return urls.clone();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
