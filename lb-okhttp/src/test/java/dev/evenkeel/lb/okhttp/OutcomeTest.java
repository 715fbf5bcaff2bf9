package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a lease ends: what each ending of a call says of its backend. */
@Timeout(60)
class OutcomeTest extends BalancedCalls {
    @ParameterizedTest
    @CsvSource({
        "200,'',SUCCESS",
        "404,'',SUCCESS",
        "401,'',SUCCESS",
        "501,'',SUCCESS",
        "505,'',SUCCESS",
        "500,'',FAILURE",
        "502,'',FAILURE",
        "503,'',FAILURE",
        "504,'',FAILURE",
        "429,'',REJECTED",
        "429,Retry-After: 0,REJECTED",
        "503,Retry-After: 5,REJECTED",
        "503,Retry-After: 000,FAILURE",
        "503,Retry-After: 2147483647,REJECTED",
        "503,Retry-After: soon,FAILURE",
        "503,'Retry-After: Fri, 31 Dec 2100 23:59:59 GMT',REJECTED",
        "503,'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT',FAILURE",
        "500,Retry-After: 5,FAILURE"
    })
    void status_gives_the_outcome(int status, String header, Kind expected) throws IOException {
        OkHttpClient client = client(
                RawServer.answering("HTTP/1.1 " + status + " X\r\n" + (header.isEmpty() ? "" : header + "\r\n")
                        + "Content-Length: 0\r\n\r\n"),
                builder -> builder);
        client.newCall(GET).execute().close();
        assertOutcomes(expected);
        assertThat(balancer.outcomes().get(0).cause()).isNull();
    }

    @Test
    void failing_status_of_another_host_blames_no_backend() throws IOException {
        try (RawServer other = RawServer.answering("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")) {
            OkHttpClient client =
                    answering("HTTP/1.1 302 Found\r\nLocation: " + other.url() + "/\r\nContent-Length: 0\r\n\r\n");
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.code()).isEqualTo(500);
            }
        }
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void unreachable_other_host_blames_no_backend() throws IOException {
        RawServer gone = RawServer.answering(OK);
        gone.close();
        OkHttpClient client =
                answering("HTTP/1.1 302 Found\r\nLocation: " + gone.url() + "/\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(ConnectException.class);
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void refused_connection_is_unreachable_with_its_cause() throws IOException {
        OkHttpClient client = answering(OK);
        server.close();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(ConnectException.class);
        assertOutcomes(Kind.UNREACHABLE);
        assertThat(balancer.outcomes().get(0).cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void refused_reconnect_after_a_dead_connection_from_the_pool_is_unreachable() throws IOException {
        OkHttpClient client = answering(OK);
        client.newCall(GET).execute().close();
        server.close();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(ConnectException.class);
        assertOutcomes(Kind.SUCCESS, Kind.UNREACHABLE);
    }

    @Test
    void duplex_body_that_okhttp_refuses_over_http_1_blames_no_backend() throws Exception {
        OkHttpClient client = answering(OK);
        RequestBody duplex = new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public boolean isDuplex() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) {
                throw new AssertionError("it has nowhere to go");
            }
        };
        Call call = client.newCall(GET.newBuilder().post(duplex).build());
        assertThat(Ending.of(call).failure()).isInstanceOf(ProtocolException.class);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void failed_tls_handshake_is_unreachable() throws IOException {
        server = RawServer.running(connection -> connection.write("no TLS here\r\n\r\n"));
        balancer = FakeBalancer.orders("https://127.0.0.1:" + server.port());
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), balancer);
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-Half", "garbage\r\n\r\n"})
    void broken_answer_on_a_fresh_connection_is_a_failure(String bytes) throws IOException {
        OkHttpClient client = client(once(bytes), builder -> builder.retryOnConnectionFailure(false));
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.FAILURE);
        assertThat(balancer.outcomes().get(0).cause()).isInstanceOf(IOException.class);
    }

    @Test
    void read_timeout_before_the_headers_is_a_failure() throws IOException {
        OkHttpClient client =
                client(RawServer.Connection::untilClosed, builder -> builder.readTimeout(Duration.ofMillis(100)));
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(InterruptedIOException.class);
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void call_timeout_before_the_headers_is_a_failure() throws IOException {
        OkHttpClient client =
                client(RawServer.Connection::untilClosed, builder -> builder.callTimeout(Duration.ofMillis(100)));
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(InterruptedIOException.class);
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void cancel_before_the_headers_is_ignored() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        OkHttpClient client = client(connection -> {
            connection.readHead();
            asked.countDown();
            connection.untilClosed();
        });
        Call call = client.newCall(GET);
        Ending ending = Ending.of(call);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertInFlight(1);
        call.cancel();
        assertThat(ending.failure()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void cancel_before_the_call_is_ignored() throws IOException {
        OkHttpClient client = answering(OK);
        Call call = client.newCall(GET);
        call.cancel();
        assertThatThrownBy(call::execute).hasMessage("Canceled");
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void interrupt_of_the_caller_is_ignored() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        OkHttpClient client = client(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            asked.countDown();
            connection.untilClosed();
        });
        try (Response response = client.newCall(GET).execute()) {
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> response.body().string()).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void request_body_that_fails_by_itself_is_ignored() throws IOException {
        OkHttpClient client = client(RawServer.Connection::untilClosed);
        RequestBody broken = new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return 10;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("12345").flush();
                throw new IOException("the uploader went away");
            }
        };
        assertThatThrownBy(() ->
                        client.newCall(GET.newBuilder().post(broken).build()).execute())
                .hasMessage("the uploader went away");
        assertOutcomes(Kind.IGNORED);
    }

    /** Answers one request on each connection and closes it at the next. */
    private static RawServer.Script closingAtTheSecond(CountDownLatch second) {
        return connection -> {
            connection.readHead();
            connection.write(OK);
            connection.readHead();
            second.countDown();
        };
    }

    @Test
    void end_of_a_reused_connection_before_a_byte_is_ignored() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        OkHttpClient client = client(closingAtTheSecond(second), builder -> builder.retryOnConnectionFailure(false));
        client.newCall(GET).execute().close();
        assertThatThrownBy(() -> client.newCall(POST).execute()).isInstanceOf(IOException.class);
        assertThat(second.getCount()).isZero();
        assertOutcomes(Kind.SUCCESS, Kind.IGNORED);
    }

    @Test
    void garbage_on_a_reused_connection_is_a_failure() throws IOException {
        OkHttpClient client = client(
                connection -> {
                    connection.readHead();
                    connection.write(OK);
                    connection.readHead();
                    connection.write("garbage\r\n\r\n");
                },
                builder -> builder.retryOnConnectionFailure(false));
        client.newCall(GET).execute().body().string();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.SUCCESS, Kind.FAILURE);
    }

    @Test
    void silence_on_a_reused_connection_is_a_failure() throws IOException {
        OkHttpClient client = client(
                connection -> {
                    connection.readHead();
                    connection.write(OK);
                    connection.untilClosed();
                },
                builder -> builder.readTimeout(Duration.ofMillis(100)).retryOnConnectionFailure(false));
        client.newCall(GET).execute().body().string();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(InterruptedIOException.class);
        assertOutcomes(Kind.SUCCESS, Kind.FAILURE);
    }

    @Test
    void stale_connection_that_okhttp_replaces_by_itself_is_a_success() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        OkHttpClient client = client(closingAtTheSecond(second));
        client.newCall(GET).execute().body().string();
        assertThat(client.newCall(GET).execute().body().string()).isEqualTo("ok");
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void fresh_connection_that_ends_after_a_stale_one_is_a_failure() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        OkHttpClient client = client(connection -> {
            boolean first = connections.getAndIncrement() == 0;
            connection.readHead();
            if (first) {
                connection.write(OK);
                connection.readHead();
            }
        });
        client.newCall(GET).execute().body().string();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertThat(connections).hasValue(3); // OkHttp asks for the way anew after the stale one, and goes it twice
        assertOutcomes(Kind.SUCCESS, Kind.FAILURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void body_that_breaks_off_is_a_failure(String bytes) throws IOException {
        Response response = client(once(bytes)).newCall(GET).execute();
        assertInFlight(1);
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.FAILURE);
        assertThat(balancer.outcomes().get(0).cause()).isInstanceOf(IOException.class);
    }

    @Test
    void body_that_is_reset_is_a_failure() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        OkHttpClient client = client(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await(read);
            connection.reset();
        });
        Response response = client.newCall(GET).execute();
        assertThat(response.body().source().readUtf8(4)).isEqualTo("half");
        read.countDown();
        assertThatThrownBy(() -> response.body().source().readByte()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.FAILURE);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final String STALLING = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";

    private OkHttpClient stalling(UnaryOperator<OkHttpClient.Builder> options) throws IOException {
        return client(
                connection -> {
                    connection.readHead();
                    connection.write(STALLING);
                    connection.untilClosed();
                },
                options);
    }

    @Test
    void body_that_stalls_beyond_the_read_timeout_is_a_failure() throws IOException {
        Response response = stalling(builder -> builder.readTimeout(Duration.ofMillis(100)))
                .newCall(GET)
                .execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(InterruptedIOException.class);
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void body_that_stalls_beyond_the_call_timeout_is_a_failure() throws IOException {
        Response response = stalling(builder -> builder.callTimeout(Duration.ofMillis(300)))
                .newCall(GET)
                .execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(InterruptedIOException.class);
        assertOutcomes(Kind.FAILURE);
        assertThat(balancer.outcomes().get(0).cause()).isExactlyInstanceOf(InterruptedIOException.class);
    }

    @Test
    void cancel_in_the_body_is_ignored() throws IOException {
        Call call = stalling(builder -> builder).newCall(GET);
        Response response = call.execute();
        call.cancel();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void cancel_and_close_without_reading_is_ignored() throws IOException {
        Call call = stalling(builder -> builder).newCall(GET);
        Response response = call.execute();
        call.cancel();
        response.close();
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void failing_status_whose_body_breaks_off_is_a_failure() throws IOException {
        Response response = client(once("HTTP/1.1 503 X\r\nContent-Length: 10\r\n\r\nhalf"))
                .newCall(GET)
                .execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.FAILURE);
    }
}
