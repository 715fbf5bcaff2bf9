package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 15: a body far larger than the heap passes both ways, because a slow reader holds its sender back. */
@Timeout(120)
final class LargeBodyIT {
    private static final long SIZE = 1L << 30;

    /** A whole number of these makes the size; an odd step makes a lost or doubled block show. */
    private static final byte[] BLOCK = block();

    private static byte[] block() {
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31 + i / 256);
        }
        return block;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1073741824", "Transfer-Encoding: chunked"})
    void a_gigabyte_comes_down_through_a_heap_of_64_mb(String framing) throws Exception {
        boolean chunked = framing.startsWith("T");
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", framing));
                    sendBody(wire.socket().getOutputStream(), chunked);
                });
                Child proxy = Child.inFrontOf(backend);
                Wire client = Wire.to(proxy.port)) {
            client.send(Wire.headOf("GET / HTTP/1.1", "Host: a")).head();
            assertThat(client.digestOf(SIZE, chunked)).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1073741824", "Transfer-Encoding: chunked"})
    void a_gigabyte_goes_up_through_a_heap_of_64_mb(String framing) throws Exception {
        boolean chunked = framing.startsWith("T");
        CompletableFuture<Long> seen = new CompletableFuture<>();
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    seen.complete(wire.digestOf(SIZE, chunked));
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0"));
                });
                Child proxy = Child.inFrontOf(backend);
                Wire client = Wire.to(proxy.port)) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", framing));
            sendBody(client.socket().getOutputStream(), chunked);
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(seen.get(1, TimeUnit.MINUTES)).isEqualTo(expected());
        }
    }

    /** The reader does not read, so the sender must come to a halt long before its end. */
    @Test
    void a_client_that_does_not_read_holds_the_backend_back() throws Exception {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: " + SIZE));
                    sendBody(wire.socket().getOutputStream(), false);
                    sent.complete(null);
                });
                Child proxy = Child.inFrontOf(backend);
                Wire client = Wire.to(proxy.port)) {
            client.send(Wire.headOf("GET / HTTP/1.1", "Host: a")).head();
            assertThat(client.text(1_000_000)).hasSize(1_000_000);
            assertThat(sent).isNotDone();
            assertThat(client.digestOf(SIZE - 1_000_000, false)).isNotZero();
            sent.get(1, TimeUnit.MINUTES);
        }
    }

    private static void sendBody(OutputStream out, boolean chunked) throws Exception {
        byte[] head = (Integer.toHexString(BLOCK.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = {'\r', '\n'};
        for (long sent = 0; sent < SIZE; sent += BLOCK.length) {
            if (chunked) {
                out.write(head);
            }
            out.write(BLOCK);
            if (chunked) {
                out.write(end);
            }
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }

    private static long expected() {
        long sum = 0;
        for (long at = 0; at < SIZE; at += BLOCK.length) {
            sum = Wire.digest(sum, BLOCK, BLOCK.length);
        }
        return sum;
    }

    /** The proxy in a process of its own with a heap of 64 MB; ends with its standard input. */
    private static final class Child implements AutoCloseable {
        final int port;
        private final Process process;

        private Child(Process process, int port) {
            this.process = process;
            this.port = port;
        }

        static Child inFrontOf(RawBackend backend) throws Exception {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Process process = new ProcessBuilder(List.of(
                            java,
                            "-Xmx64m",
                            "-XX:MaxDirectMemorySize=32m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SmallHeapProxy.class.getName(),
                            Integer.toString(backend.port())))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            String line = out.readLine();
            if (line == null) {
                throw new AssertionError("the child ended with " + process.waitFor());
            }
            return new Child(process, Integer.parseInt(line));
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            try {
                assertThat(process.onExit()
                                .orTimeout(10, TimeUnit.SECONDS)
                                .join()
                                .exitValue())
                        .isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
