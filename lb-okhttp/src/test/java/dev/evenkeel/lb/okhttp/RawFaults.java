package dev.evenkeel.lb.okhttp;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Backends of the fault matrix that no HTTP server can be: plain sockets, and ports behind which nobody answers. */
final class RawFaults {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int HTTP2_PREFACE = 24;
    private static final int HEADERS = 1;
    private static final String HTTP2_SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private RawFaults() {}

    /** What happens on a connection after the head of a request. */
    interface Effect {
        /**
         * Does it.
         *
         * @param stream the id of the request's stream, as it stands in a frame; empty for HTTP/1.1
         */
        void on(RawServer.Connection connection, String stream) throws IOException;
    }

    static MatrixServer afterHead(Wire wire, Effect effect) throws IOException {
        RawServer server = RawServer.running(connection -> effect.on(connection, readHead(connection, wire)));
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

    private static String readHead(RawServer.Connection connection, Wire wire) throws IOException {
        if (wire == Wire.H1) {
            connection.readHead();
            return "";
        }
        DataInputStream in = new DataInputStream(connection.in());
        in.readNBytes(HTTP2_PREFACE);
        while (true) { // a client sends settings first, and then its request
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            StringBuilder stream = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                stream.append((char) in.readUnsignedByte());
            }
            in.readNBytes(length);
            if (type == HEADERS) {
                connection.heads().add("stream " + (int) stream.charAt(3));
                return stream.toString();
            }
        }
    }

    /** Answers with headers and half of a body. */
    static void answerHalf(RawServer.Connection connection, String stream) throws IOException {
        connection.write(
                stream.isEmpty()
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
                        // A frame is length, type, flags and stream; \210 is ":status 200".
                        : HTTP2_SETTINGS + "\0\0\1\1\4" + stream + "\210" + "\0\0\4\0\0" + stream + "half");
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
