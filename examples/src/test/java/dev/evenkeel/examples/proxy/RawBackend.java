package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that says exactly what its script says, and keeps what it was asked. */
final class RawBackend implements AutoCloseable {
    /** What to do with one connection; its end closes the connection. */
    interface Script {
        void serve(Wire wire, RawBackend self) throws Exception;
    }

    private final ServerSocket server;
    private final Thread acceptor;
    private final List<Wire> open = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private RawBackend(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.acceptor = thread("raw-backend-accept", () -> {
            while (!server.isClosed()) {
                accept(script);
            }
        });
    }

    static RawBackend serving(Script script) throws IOException {
        return new RawBackend(script);
    }

    /** Answers every bodiless request on every connection alike. */
    static RawBackend answering(String answer) throws IOException {
        return new RawBackend((wire, self) -> {
            while (true) {
                self.heads.add(wire.head());
                wire.send(answer);
            }
        });
    }

    private void accept(Script script) {
        try {
            Socket socket = server.accept();
            connections.incrementAndGet();
            Wire wire = new Wire(socket);
            open.add(wire);
            thread("raw-backend", () -> {
                try (wire) {
                    script.serve(wire, this);
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
        } catch (IOException e) {
            failures.add(e); // the end of the test closes the socket
        }
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Keeps a head for {@link #request()}; for scripts. */
    void heard(String head) {
        heads.add(head);
    }

    /** Returns the next request that came. */
    String request() throws InterruptedException {
        String head = heads.poll(10, TimeUnit.SECONDS);
        if (head == null) {
            throw new AssertionError("no request reached the backend; it met " + failures);
        }
        return head;
    }

    /** Tells how many requests came that nobody has asked for yet. */
    int unheard() {
        return heads.size();
    }

    /** What a script may wait for and a test release. */
    CountDownLatch goOn() {
        return goOn;
    }

    int connections() {
        return connections.get();
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        goOn.countDown();
        server.close();
        try {
            acceptor.join(20_000); // the port is open until the thread that waits on it has woken
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Wire wire : open) {
            wire.close();
        }
    }
}
