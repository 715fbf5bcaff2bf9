package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketHandler;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Socket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that still send when their response has been read to its end: duplex bodies, and what comes after an upgrade. */
@Timeout(60)
class BothWaysTest extends BalancedCalls {
    /** Hands out where it is written to. */
    private static final class Duplex extends RequestBody {
        final CompletableFuture<BufferedSink> sink = new CompletableFuture<>();

        @Override
        public @Nullable MediaType contentType() {
            return null;
        }

        @Override
        public boolean isDuplex() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink to) {
            sink.complete(to);
        }
    }

    /** Makes a duplex call that is answered before its request is sent, and reads the answer. */
    private BufferedSink answered(MockWebServer h2, SocketHandler afterTheAnswer) throws Exception {
        h2.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        h2.enqueue(new MockResponse.Builder()
                .removeHeader("Content-Length")
                .socketHandler(stream -> {
                    answer(stream);
                    afterTheAnswer.handle(stream);
                })
                .build());
        h2.start(InetAddress.getLoopbackAddress(), 0);
        balancer = FakeBalancer.orders("http://127.0.0.1:" + h2.getPort());
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                        .build(),
                balancer);
        Duplex body = new Duplex();
        Response response = client.newCall(GET.newBuilder().post(body).build()).execute();
        assertThat(response.body().string()).isEqualTo("ok");
        return body.sink.get(20, TimeUnit.SECONDS);
    }

    private static void answer(Socket stream) {
        try (BufferedSink sink = Okio.buffer(stream.getSink())) {
            sink.writeUtf8("ok");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_duplex_call_is_in_flight_until_its_request_is_sent_as_well() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        try (MockWebServer h2 = new MockWebServer()) {
            BufferedSink request = answered(h2, stream -> received.complete(read(stream)));
            assertInFlight(1);
            request.writeUtf8("late");
            request.close();
            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo("late");
            assertInFlight(0);
            assertOutcomes(Kind.SUCCESS);
        }
    }

    private static String read(Socket stream) {
        try {
            Buffer all = new Buffer();
            all.writeAll(stream.getSource());
            return all.readUtf8();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_duplex_call_whose_request_breaks_after_its_response_counts_against_the_backend() throws Exception {
        try (MockWebServer h2 = new MockWebServer()) {
            BufferedSink request = answered(h2, Socket::cancel);
            Eventually.holds("the request breaks", () -> breaks(request));
            assertOutcomes(Kind.FAILURE);
        }
    }

    private static boolean breaks(BufferedSink request) {
        try {
            request.writeUtf8("x").flush();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private record Upgraded(Call call, Socket socket) {}

    /** Makes a call that is upgraded, and reads all that the server says. */
    private Upgraded upgraded() throws IOException {
        OkHttpClient client = client(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: mine\r\n\r\nbye");
            connection.socket().shutdownOutput();
            connection.untilClosed();
        });
        Call call = client.newCall(GET.newBuilder()
                .header("Connection", "upgrade")
                .header("Upgrade", "mine")
                .build());
        Response response = call.execute();
        assertThat(response.code()).isEqualTo(101);
        Socket socket = response.socket();
        assertThat(read(socket)).isEqualTo("bye");
        return new Upgraded(call, socket);
    }

    @Test
    void an_upgraded_call_is_in_flight_until_both_sides_have_ended() throws Exception {
        Upgraded upgraded = upgraded();
        assertInFlight(1);
        upgraded.socket.getSink().close();
        assertInFlight(0);
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void an_upgraded_call_that_is_cancelled_after_the_server_has_ended_says_nothing_of_it() throws Exception {
        Upgraded upgraded = upgraded();
        upgraded.call.cancel();
        BufferedSink sink = Okio.buffer(upgraded.socket.getSink());
        assertThatThrownBy(() -> sink.writeUtf8("x").flush()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.IGNORED);
    }
}
