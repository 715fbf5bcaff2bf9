package dev.evenkeel.lb.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Servers on loopback that answer every GET alike, on connections that are kept alive. A program of its own, so that what it
 * spends is not counted where the callers are measured: prints the ports, one a line, and ends when its input does, as it
 * does when the program that started it ends.
 *
 * <p>Arguments: how many there are, and how many milliseconds each waits before it answers, of which 0 is none.
 */
public final class TinyServers {
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nServer: tiny\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"id\":42,\"state\":\"open\"}")
            .getBytes(StandardCharsets.US_ASCII);

    private static final int LONGEST_HEAD = 8_192;

    /** For as many as a client's dispatcher may let loose in one moment. */
    private static final int BACKLOG = 512;

    private TinyServers() {}

    /** Returns what each GET is answered with, to the last byte. */
    static byte[] answer() {
        return ANSWER.clone();
    }

    /** Serves until the input ends. */
    public static void main(String[] args) throws IOException {
        long waitNanos = TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(args[1]));
        for (int server = 0; server < Integer.parseInt(args[0]); server++) {
            ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            start("tiny-accept-" + server, () -> accept(socket, waitNanos));
            System.out.println(socket.getLocalPort());
        }
        while (System.in.read() >= 0) {
            // until the one who started this closes it
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void accept(ServerSocket socket, long waitNanos) {
        try {
            while (true) { // ends with the process
                Socket connection = socket.accept();
                start("tiny-" + connection.getPort(), () -> serve(connection, waitNanos));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the server on port " + socket.getLocalPort() + " broke", e);
        }
    }

    private static void serve(Socket connection, long waitNanos) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream(), LONGEST_HEAD);
            OutputStream out = connection.getOutputStream();
            while (readHead(in)) {
                await(waitNanos);
                out.write(ANSWER);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the connection from port " + connection.getPort() + " broke", e);
        }
    }

    private static void await(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - (System.nanoTime() - start);
        }
    }

    /** Reads to the empty line and returns true, or false if nobody asks any more. */
    private static boolean readHead(InputStream in) throws IOException {
        int line = -1;
        for (int length = 0; length < LONGEST_HEAD; length++) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            if (next == '\n') {
                if (line == 0) {
                    return true;
                }
                line = 0;
            } else if (next != '\r') {
                line = Math.max(line, 0) + 1;
            }
        }
        throw new IOException("the head of a request must be shorter than " + LONGEST_HEAD + " bytes");
    }
}
