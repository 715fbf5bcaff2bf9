package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that answered a busy client waits for its next request, and for nothing else. Threads are the machine's here. */
final class StayingTest {
    /** Longer than any watchdog, so that a wait that nobody ends fails the test. */
    private static final long ENDLESS_MILLIS = 600_000;

    private static final String GET = Wire.headOf("GET /get HTTP/1.1", "Host: a");

    private final QueuedThreadPool threads = new QueuedThreadPool(32);
    private final Server server = new Server(threads);
    private final Selectors selectors = new Selectors();
    private final LinkedBlockingQueue<ClientEndPoint> served = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<ClientEndPoint> reading = new LinkedBlockingQueue<>();
    private Connector connector = new Connector(server, new WaitingRoom(threads, ENDLESS_MILLIS, selectors));

    private void start(long waitMillis) throws Exception {
        threads.setName("staying-test");
        connector = new Connector(server, new WaitingRoom(threads, waitMillis, selectors));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Echo());
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void the_thread_that_answered_a_busy_client_serves_its_next_requests() throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = busy()) {
            assertThat(staying()).isEqualTo(1);
            String thread = Wire.field(client.send(GET).answer(), "X-Thread");
            assertThat(Wire.field(client.send(GET).answer(), "X-Thread")).isEqualTo(thread);
            assertThat(Wire.field(client.send(GET).answer(), "X-Thread")).isEqualTo(thread);
            assertThat(selectors.made).hasSize(1);
        }
    }

    @Test
    void nobody_waits_after_the_first_answer_of_a_connection() throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = connect()) {
            client.send(GET).answer();
            awaitNobodyStays();
            assertThat(selectors.made).isEmpty();
            client.send(GET).answer();
        }
    }

    @Test
    void a_pause_longer_than_the_wait_holds_no_thread_and_no_selector() throws Exception {
        start(50);
        try (Wire client = connect()) {
            askUntilOneWaits(client);
            awaitNobodyStays();
            assertThat(client.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            awaitNobodyStays();
        }
    }

    @Test
    void nobody_waits_for_the_rest_of_a_head() throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = busy()) {
            for (String piece : List.of("G", "ET /drip HTTP/1.1\r\n", "Host:", " a\r\n")) {
                client.send(piece);
                awaitNobodyStays();
            }
            assertThat(client.send("\r\n").answer()).contains("X-Path: /drip\r\n");
        }
    }

    @Test
    void nobody_stays_for_the_rest_of_a_body() throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = busy()) {
            client.send(Wire.headOf("POST /body HTTP/1.1", "Host: a", "Content-Length: 6") + "abc");
            assertThat(reading.poll(10, TimeUnit.SECONDS)).isNotNull();
            awaitABodyIsWaitedFor();
            assertThat(client.send("def").answer()).endsWith("\r\n\r\nabcdef");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Expect: 100-continue"})
    void pipelined_requests_are_answered_in_order_even_if_the_last_body_comes_late(String field) throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = busy()) {
            client.send(Wire.headOf("GET /1 HTTP/1.1", "Host: a")
                    + Wire.headOf("GET /2 HTTP/1.1", "Host: a")
                    + Wire.headOf("POST /3 HTTP/1.1", "Host: a", field, "Content-Length: 3"));
            assertThat(client.answer()).contains("X-Path: /1\r\n");
            assertThat(client.answer()).contains("X-Path: /2\r\n");
            assertThat(reading.poll(10, TimeUnit.SECONDS)).isNotNull();
            if (field.startsWith("Expect")) {
                assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            }
            awaitABodyIsWaitedFor();
            assertThat(client.send("abc" + GET).answer())
                    .contains("X-Path: /3\r\n")
                    .endsWith("abc");
            assertThat(client.answer()).contains("X-Path: /get\r\n");
        }
    }

    private enum End {
        CLOSE,
        ABORT,
        LEAVE,
        IDLE,
        STOP
    }

    @ParameterizedTest
    @EnumSource
    void whatever_ends_the_connection_ends_the_wait_at_once(End end) throws Exception {
        start(ENDLESS_MILLIS);
        try (Wire client = busy()) {
            ClientEndPoint endPoint = served.take();
            switch (end) {
                case CLOSE -> endPoint.close();
                case ABORT -> endPoint.abort(new IOException("cut off"));
                case LEAVE -> client.leave();
                case IDLE -> endPoint.setIdleTimeout(1);
                case STOP -> server.stop();
            }
            if (end != End.LEAVE) {
                assertThat(client.everything()).isEqualTo(end == End.ABORT ? "(reset)" : "");
            }
            Proxied.await("no selector is open", () -> selectors.made.stream().noneMatch(Selector::isOpen));
            if (end != End.STOP) {
                awaitNobodyStays();
            }
        }
    }

    @Test
    void nobody_waits_while_half_of_the_pool_is_at_work() throws Exception {
        start(ENDLESS_MILLIS);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Wire client = connect()) {
            assertThat(connector.room.hasRoom()).isTrue();
            for (int i = 0; i < threads.getMaxThreads() / 2; i++) {
                threads.execute(() -> awaitUninterrupted(goOn));
            }
            Proxied.await("half of the pool is at work", () -> !connector.room.hasRoom());
            for (int i = 0; i < 5; i++) {
                client.send(GET).answer();
            }
            awaitNobodyStays(); // the thread that gave the last answer decides only after it
            assertThat(selectors.made).isEmpty();
            goOn.countDown();
            Proxied.await("the pool has room", connector.room::hasRoom);
            askUntilOneWaits(client);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void without_a_selector_to_wait_on_requests_are_served_all_the_same() throws Exception {
        start(ENDLESS_MILLIS);
        selectors.failing = true;
        try (Wire client = connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            }
            awaitNobodyStays();
            selectors.failing = false;
            askUntilOneWaits(client);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_request_that_comes_before_anybody_looks_for_it_is_seen(boolean toWaiter) throws Exception {
        start(ENDLESS_MILLIS);
        selectors.failing = !toWaiter;
        selectors.hold = new CountDownLatch(1);
        try (Wire client = connect()) {
            client.send(GET).answer();
            awaitNobodyStays(); // else the thread that answered may read the next request too, and that is no wait
            client.send(GET).answer();
            assertThat(selectors.asked.await(10, TimeUnit.SECONDS)).isTrue();
            client.send(Wire.headOf("GET /early HTTP/1.1", "Host: a"));
            selectors.hold.countDown();
            assertThat(client.answer()).contains("X-Path: /early\r\n");
        }
    }

    @Test
    void a_connection_that_closes_before_the_wait_begins_is_not_waited_for() throws Exception {
        start(ENDLESS_MILLIS);
        NextRequestWait wait = new NextRequestWait(SocketChannel.open(), connector.room);
        wait.close();
        assertThat(wait.awaitBytes()).isFalse();
        assertThat(selectors.made).isEmpty();
    }

    @Test
    void the_proxy_waits_only_where_there_are_no_virtual_threads() {
        assertThat(ProxyServer.waitingRoom(threads) == null)
                .isEqualTo(Runtime.version().feature() >= 21);
    }

    /** Returns a connection whose next request a thread waits for. */
    private Wire busy() throws IOException {
        Wire client = connect();
        askUntilOneWaits(client);
        return client;
    }

    private Wire connect() throws IOException {
        return Wire.to(connector.getLocalPort());
    }

    /** A client counts as busy once it asks soon after an answer, if the thread that gave it has left by then. */
    private void askUntilOneWaits(Wire client) {
        int before = selectors.made.size();
        Proxied.await("a thread waits", () -> {
            try {
                client.send(GET).answer();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return selectors.made.size() > before;
        });
    }

    private void awaitNobodyStays() {
        Proxied.await("no thread stays with a connection", () -> !selectors.isOneOpen() && staying() == 0);
    }

    /** Counts the threads that serve a connection or wait for it. */
    private static long staying() {
        return threadsIn(ClientEndPoint.class, "serve");
    }

    private static void awaitABodyIsWaitedFor() {
        Proxied.await("a body is waited for", () -> threadsIn(StreamedBody.class, "awaitMore") == 1);
    }

    private static long threadsIn(Class<?> type, String method) {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals(type.getName())
                                && frame.getMethodName().equals(method)))
                .count();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Serves like the proxy, and answers with the body it reads. */
    private final class Echo extends Handler.Abstract {
        private final OkHttpClient calls = new OkHttpClient();

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            ClientEndPoint client = (ClientEndPoint)
                    request.getConnectionMetaData().getConnection().getEndPoint();
            Call call = calls.newCall(
                    new okhttp3.Request.Builder().url("http://127.0.0.1/").build());
            client.serve(call);
            Buffer body = new Buffer();
            if (request.getMethod().equals("POST")) {
                reading.add(client);
                new StreamedBody(request, client).writeTo(body);
            }
            served.add(client);
            client.served();
            response.getHeaders().put("X-Path", request.getHttpURI().getPathQuery());
            response.getHeaders().put("X-Thread", Thread.currentThread().getName());
            response.getHeaders().put("Content-Length", body.size());
            response.write(true, BufferUtil.toBuffer(body.readByteArray()), callback);
            return true;
        }
    }

    private static final class Connector extends ServerConnector {
        private final WaitingRoom room;

        Connector(Server server, WaitingRoom room) {
            super(server, new ClientConnections(new HttpConfiguration()));
            this.room = room;
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            return new ClientEndPoint(channel, selector, key, this, room);
        }
    }

    /** Keeps the selectors it makes, and fails or hesitates when it is told to. */
    private static final class Selectors extends SelectorProvider {
        private final SelectorProvider real = SelectorProvider.provider();
        private final List<Selector> made = new CopyOnWriteArrayList<>();
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile CountDownLatch hold = new CountDownLatch(0);
        private volatile boolean failing;

        @Override
        public AbstractSelector openSelector() throws IOException {
            asked.countDown();
            awaitUninterrupted(hold);
            if (failing) {
                throw new IOException("Too many open files");
            }
            var selector = real.openSelector();
            made.add(selector);
            return selector;
        }

        boolean isOneOpen() {
            return made.stream().anyMatch(Selector::isOpen);
        }

        @Override
        public DatagramChannel openDatagramChannel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Pipe openPipe() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel openSocketChannel() {
            throw new UnsupportedOperationException();
        }
    }
}
