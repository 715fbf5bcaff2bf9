package dev.evenkeel.lb.okhttp;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Backends of the fault matrix that no HTTP server can be: plain sockets, and ports behind which nobody answers. */
final class RawFaults {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int HTTP2_PREFACE = 24;
    private static final String HTTP2_SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private RawFaults() {}

    /** What happens on a connection when a request is there, over HTTP/1.1 at least its head. */
    interface Effect {
        /**
         * Does it.
         *
         * @param stream the id of the request's stream, as it stands in a frame; empty for HTTP/1.1
         */
        void on(RawServer.Connection connection, String stream) throws IOException;
    }

    static MatrixServer afterRequest(Wire wire, Effect effect) throws IOException {
        RawServer server = RawServer.running(connection -> effect.on(connection, readRequest(connection, wire)));
        return new MatrixServer() {
            @Override
            public String url() {
                return server.url();
            }

            @Override
            public int received() {
                return server.heads.size();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    private static String readRequest(RawServer.Connection connection, Wire wire) throws IOException {
        if (wire == Wire.H1) {
            connection.readHead();
            return "";
        }
        connection.in().readNBytes(HTTP2_PREFACE);
        // Whoever answers before the end of the request may break off its body, or the response: a race.
        Frame last = Frame.next(connection);
        while (last.type > Frame.HEADERS || (last.flags & Frame.END_OF_STREAM) == 0) { // a client sends settings first
            last = Frame.next(connection);
        }
        connection.heads().add("stream");
        return last.stream;
    }

    private record Frame(int type, int flags, String stream) {
        static final int HEADERS = 1; // and 0 is data
        static final int PING = 6;
        static final int END_OF_STREAM = 1;

        static Frame next(RawServer.Connection connection) throws IOException {
            DataInputStream in = new DataInputStream(connection.in());
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            String stream = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
            in.readNBytes(length);
            return new Frame(type, flags, stream);
        }
    }

    /** Answers with headers and half of a body, and returns when the client has taken them, or over HTTP/1.1 will. */
    static void answerHalf(RawServer.Connection connection, String stream) throws IOException {
        if (stream.isEmpty()) {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
            return;
        }
        // A frame is length, type, flags and stream; \210 is ":status 200".
        String headers = "\0\0\1\1\4" + stream + "\210";
        String data = "\0\0\4\0\0" + stream + "half";
        connection.write(HTTP2_SETTINGS + headers + data + "\0\0\10\6\0\0\0\0\0ping-me!");
        Frame reply = Frame.next(connection);
        while (reply.type != Frame.PING) { // what it says of settings and windows comes first
            reply = Frame.next(connection);
        }
    }

    /** Sends headers without an end, a byte now and then, which no read timeout notices. */
    static void drip(RawServer.Connection connection, String stream) throws IOException {
        connection.write(stream.isEmpty() ? "HTTP/1.1 200 OK\r\nX-Slow: " : HTTP2_SETTINGS + "\0\77\377\1\4" + stream);
        connection.socket().setSoTimeout(20);
        while (true) { // until the client closes, which the write then tells, or the read
            try {
                if (connection.in().read() < 0) {
                    return;
                }
            } catch (SocketTimeoutException e) {
                connection.write("x");
            }
        }
    }

    /** A port that is taken, and on which nobody listens. */
    static MatrixServer absent() throws IOException {
        Socket bound = new Socket();
        bound.bind(new InetSocketAddress(LOOPBACK, 0));
        return unanswering(bound.getLocalPort(), List.of(bound));
    }

    /** A server that accepts nobody, and whose queue is full. */
    static MatrixServer fullBacklog() throws IOException {
        List<Closeable> all = new ArrayList<>();
        ServerSocket listener = new ServerSocket(0, 1, LOOPBACK);
        all.add(listener);
        while (all.size() < 20) { // two are enough where the queue is as short as it was asked for
            Socket waiting = new Socket();
            all.add(waiting);
            try {
                waiting.connect(new InetSocketAddress(LOOPBACK, listener.getLocalPort()), 300);
            } catch (SocketTimeoutException e) {
                if (all.size() > 3) {
                    return unanswering(listener.getLocalPort(), all);
                }
            }
        }
        throw new IOException("the queue of " + listener + " does not fill");
    }

    private static MatrixServer unanswering(int port, List<? extends Closeable> all) {
        return new MatrixServer() {
            @Override
            public String url() {
                return "http://127.0.0.1:" + port;
            }

            @Override
            public int received() {
                return 0;
            }

            @Override
            public void close() throws IOException {
                for (Closeable one : all) {
                    one.close();
                }
            }
        };
    }
}
