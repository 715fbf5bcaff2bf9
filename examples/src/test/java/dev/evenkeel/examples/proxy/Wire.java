package dev.evenkeel.examples.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One raw connection, seen as ISO-8859-1 text, so that every byte can be told. Reads give up after ten seconds. */
final class Wire implements AutoCloseable {
    private static final int WATCHDOG_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(WATCHDOG_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Returns the lines as a head, each ended by CRLF, with the empty line after them. */
    static String headOf(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** Reads a head with its empty line. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) next());
        }
        return head.toString();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append((char) next());
        }
        return line.substring(0, line.length() - 2);
    }

    String text(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("wanted " + bytes + " bytes, had " + read.length);
        }
        return new String(read, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads a body and returns a sum in which the order of bytes counts.
     *
     * @param chunked whether the body comes in chunks; then its last chunk is read too
     */
    long digestOf(long length, boolean chunked) throws IOException {
        byte[] block = new byte[64 * 1024];
        long sum = 0;
        long left = length;
        while (left > 0) {
            long piece = chunked ? Long.parseLong(line(), 16) : left;
            for (long inPiece = piece; inPiece > 0; ) {
                int read = in.readNBytes(block, 0, (int) Math.min(block.length, inPiece));
                if (read == 0) {
                    throw new EOFException(left + " bytes were missing");
                }
                sum = digest(sum, block, read);
                inPiece -= read;
            }
            left -= piece;
            if (chunked) {
                text(2);
            }
        }
        if (chunked && !(line() + line()).equals("0")) {
            throw new AssertionError("the body went on after " + length + " bytes");
        }
        return sum;
    }

    static long digest(long sum, byte[] bytes, int length) {
        long next = sum;
        for (int i = 0; i < length; i++) {
            next = next * 31 + bytes[i];
        }
        return next;
    }

    /** Reads a whole answer that has a Content-Length. */
    String answer() throws IOException {
        String head = head();
        return head + text(length(head));
    }

    /** Reads until the other side closes. */
    String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        in.transferTo(rest);
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads what comes until the other side closes, in order or not. */
    String everything() throws IOException {
        StringBuilder everything = new StringBuilder();
        try {
            int next = in.read();
            while (next >= 0) {
                everything.append((char) next);
                next = in.read();
            }
        } catch (SocketException reset) {
            everything.append("(reset)");
        }
        return everything.toString();
    }

    /** Waits until the other side has closed, in order or not. */
    void awaitClosed() throws IOException {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException reset) {
            return;
        }
    }

    static int length(String head) {
        String value = field(head, "Content-Length");
        return Integer.parseInt(value);
    }

    /** Returns the value of the only line of this field. */
    static String field(String head, String name) {
        var lines = head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .toList();
        if (lines.size() != 1) {
            throw new AssertionError(lines.size() + " lines of " + name + " in:\n" + head);
        }
        return lines.get(0).substring(name.length() + 1).strip();
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the other side closed within a head");
        }
        return next;
    }

    /** Closes the connection within a test, as a client that goes away does. */
    void leave() throws IOException {
        socket.close();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
