package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server on loopback that does to the bytes what its script says. */
final class RawServer implements AutoCloseable {
    /** What happens on one connection. The socket is closed after it. */
    interface Script {
        void serve(Connection connection) throws IOException;
    }

    /** One accepted connection. */
    record Connection(Socket socket, InputStream in, OutputStream out, List<String> heads) {
        /** Reads to the end of the request's headers; empty if the client has closed. */
        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.append((char) b);
                if (b == '\n' && head.toString().endsWith("\r\n\r\n")) {
                    heads.add(head.toString());
                    return head.toString();
                }
            }
            return "";
        }

        void write(String bytes) throws IOException {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Waits for the client to close. */
        void untilClosed() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private @Nullable Thread acceptor;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    /** The heads of all requests, in order. */
    final List<String> heads = new CopyOnWriteArrayList<>();

    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();

    private RawServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    static RawServer running(Script script) throws IOException {
        RawServer server = new RawServer(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), script);
        server.acceptor = daemon("raw-server", server::accept);
        return server;
    }

    /** Gives this answer to every request, without reading a request body. */
    static RawServer answering(String answer) throws IOException {
        return running(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write(answer);
                if (answer.contains("Connection: close")) {
                    return;
                }
            }
        });
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                sockets.add(socket);
                daemon("raw-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new Connection(socket, socket.getInputStream(), socket.getOutputStream(), heads));
        } catch (IOException e) {
            failures.add(e);
        } finally {
            ended.incrementAndGet();
        }
    }

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    int port() {
        return listener.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Ends as a killed process does: nothing listens, and what was open is reset. */
    void kill() throws IOException {
        closeListener();
        for (Socket socket : sockets) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        closeListener();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** The port is open until the thread that waits on it has woken; a call that is quicker would still get in. */
    private void closeListener() throws IOException {
        listener.close();
        Thread waiting = acceptor;
        if (waiting != null) {
            Eventually.holds("the port is closed", () -> !waiting.isAlive());
        }
    }
}
