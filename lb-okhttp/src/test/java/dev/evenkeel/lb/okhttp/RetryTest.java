package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.retry.RetryBudget;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried on another backend, and what never is. The first of the backends is the one that is asked first. */
@Timeout(60)
class RetryTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Request GET = BalancedCalls.GET;
    private static final Request POST = BalancedCalls.POST;

    private final List<RawServer> servers = new ArrayList<>();
    private FakeBalancer balancer = FakeBalancer.orders();

    @AfterEach
    void nothing_is_in_flight() throws IOException {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.outcomes()).hasSize(balancer.acquired());
        for (RawServer server : servers) {
            server.close();
        }
    }

    private OkHttpClient client(RawServer... running) {
        return client(RetryPolicy.DEFAULT, client -> client, running);
    }

    private OkHttpClient client(RetryPolicy policy, UnaryOperator<OkHttpClient.Builder> options, RawServer... running) {
        servers.addAll(Arrays.asList(running));
        balancer =
                FakeBalancer.orders(Arrays.stream(running).map(RawServer::url).toArray(String[]::new));
        return Evenkeel.wrapping(options.apply(new OkHttpClient.Builder()).build())
                .balancers(balancer)
                .retries(policy)
                .build();
    }

    private static RawServer refusing() throws IOException {
        RawServer server = RawServer.answering(OK);
        server.close();
        return server;
    }

    private static String status(int status, String header) {
        return "HTTP/1.1 " + status + " X\r\n" + (header.isEmpty() ? "" : header + "\r\n")
                + "Content-Length: 3\r\n\r\nbad";
    }

    /** Reads the head of a request and then does what a failure is named after. */
    private static RawServer failing(String how) throws IOException {
        return switch (how) {
            case "refused" -> refusing();
            case "closed" -> RawServer.running(RawServer.Connection::readHead);
            case "reset" ->
                RawServer.running(connection -> {
                    connection.readHead();
                    connection.reset();
                });
            case "garbage" -> RawServer.running(BalancedCalls.once("garbage\r\n\r\n"));
            case "silent" ->
                RawServer.running(connection -> {
                    connection.readHead();
                    connection.untilClosed();
                });
            case "503 at once" -> RawServer.answering(status(503, "Retry-After: 0"));
            case "503 later" -> RawServer.answering(status(503, "Retry-After: 7"));
            default -> RawServer.answering(status(Integer.parseInt(how), ""));
        };
    }

    private int sent(String method) {
        return servers.stream()
                .mapToInt(server -> (int) server.heads.stream()
                        .filter(head -> head.contains(method + " / ")) // a body that was not read stands before it
                        .count())
                .sum();
    }

    private static OkHttpClient.Builder impatient(OkHttpClient.Builder builder) {
        return builder.readTimeout(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "refused",
                "closed",
                "reset",
                "garbage",
                "silent",
                "502",
                "503",
                "504",
                "503 at once",
                "503 later"
            })
    void a_get_that_fails_is_answered_by_another_backend(String how) throws IOException {
        RawServer good = RawServer.answering(OK);
        OkHttpClient client = client(RetryPolicy.DEFAULT, RetryTest::impatient, failing(how), good);
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(GET.url());
            assertThat(response.request().tag(Backend.class).endpoint()).isEqualTo(Endpoint.of(good.url()));
        }
        assertThat(sent("GET")).isEqualTo(how.equals("refused") ? 1 : 2);
        assertThat(balancer.kinds()).hasSize(2).last().isEqualTo(Kind.SUCCESS);
        assertThat(balancer.kinds().get(0))
                .isEqualTo(
                        switch (how) {
                            case "refused" -> Kind.UNREACHABLE;
                            case "503 later" -> Kind.REJECTED;
                            default -> Kind.FAILURE;
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"closed", "reset", "garbage", "silent", "408", "502", "503", "504", "503 at once", "503 later"})
    void a_post_that_was_sent_is_sent_once_however_it_fails(String how) throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, RetryTest::impatient, failing(how), RawServer.answering(OK));
        int status = 0;
        IOException failure = null;
        try (Response response = client.newCall(POST).execute()) {
            status = response.code();
            assertThat(response.body().string()).isEqualTo("bad");
        } catch (IOException e) {
            failure = e;
        }
        assertThat(sent("POST")).isEqualTo(1);
        assertThat(servers.get(1).accepted).hasValue(0);
        if (Character.isDigit(how.charAt(0))) {
            assertThat(status).isEqualTo(Integer.parseInt(how.substring(0, 3)));
        } else {
            assertThat(failure).isNotNull();
            assertThat(failure.getSuppressed()).hasSize(1);
            assertThat(failure.getSuppressed()[0])
                    .hasMessageEndingWith("this, and it may have arrived and must not be repeated");
        }
    }

    @Test
    void a_post_on_a_connection_that_dies_in_the_pool_is_sent_once() throws IOException {
        OkHttpClient client = client(
                RawServer.running(connection -> {
                    connection.readHead();
                    connection.write(OK);
                    connection.readHead(); // and the server closes without an answer
                }),
                RawServer.answering(OK));
        client.newCall(GET).execute().close();
        client.newCall(GET).execute().close(); // the other one's turn
        assertThatThrownBy(() -> client.newCall(POST).execute()).isInstanceOf(IOException.class);
        assertThat(sent("POST")).isEqualTo(1);
    }

    @Test
    void a_503_with_retry_after_0_keeps_its_header_for_the_caller_and_asks_nobody_twice() throws IOException {
        OkHttpClient client = client(failing("503 at once"));
        for (Request request : List.of(GET, POST)) {
            try (Response response = client.newCall(request).execute()) {
                assertThat(response.header("Retry-After")).isEqualTo("0");
                assertThat(response.networkResponse().header("Retry-After")).isEqualTo("0");
                assertThat(response.body().string()).isEqualTo("bad");
            }
        }
        assertThat(sent("GET") + sent("POST")).isEqualTo(2);
    }

    @Test
    void a_retry_after_0_of_another_host_is_left_alone_also_after_a_balanced_call() throws IOException {
        RawServer bad = failing("503 at once");
        OkHttpClient client = client(
                RetryPolicy.DEFAULT,
                options -> options.addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    return chain.proceed(GET.newBuilder().url(bad.url()).build());
                }),
                bad);
        try (Response response = client.newCall(POST).execute()) {
            assertThat(response.header("Retry-After")).isEqualTo("0");
        }
        assertThat(sent("POST")).isEqualTo(1);
    }

    @Test
    void without_retries_okhttp_repeats_a_get_as_ever_and_a_post_never() throws IOException {
        OkHttpClient client =
                client(RetryPolicy.OFF, options -> options, failing("503 at once"), RawServer.answering(OK));
        client.newCall(GET).execute().close();
        assertThat(servers.get(0).heads).hasSize(2);
        assertThat(servers.get(1).heads).isEmpty();
        client.newCall(GET).execute().close();
        client.newCall(POST).execute().close();
        assertThat(sent("POST")).isEqualTo(1);
    }

    @Test
    void a_post_that_never_left_goes_elsewhere_with_its_whole_body_also_if_it_can_be_written_once() throws IOException {
        AtomicInteger written = new AtomicInteger();
        OkHttpClient client = client(refusing(), reading(11));
        try (Response response =
                client.newCall(GET.newBuilder().post(oneShot(written)).build()).execute()) {
            assertThat(response.body().string()).isEqualTo("hello world");
        }
        assertThat(written).hasValue(1);
        assertThat(balancer.kinds()).containsExactly(Kind.UNREACHABLE, Kind.SUCCESS);
    }

    /** Answers with the body of the request. */
    private static RawServer reading(int length) throws IOException {
        return RawServer.running(connection -> {
            connection.readHead();
            String body = new String(connection.in().readNBytes(length), StandardCharsets.UTF_8);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + body);
        });
    }

    private static RequestBody oneShot(AtomicInteger written) {
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return 11;
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                written.incrementAndGet();
                sink.writeUtf8("hello world");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "reset", "503", "503 at once"})
    void a_body_that_can_be_written_once_is_never_sent_twice(String how) throws IOException {
        AtomicInteger written = new AtomicInteger();
        OkHttpClient client = client(failing(how), RawServer.answering(OK));
        Request put = GET.newBuilder().put(oneShot(written)).build();
        try (Response response = client.newCall(put).execute()) {
            assertThat(response.code()).isEqualTo(503);
        } catch (IOException e) {
            assertThat(how).isIn("closed", "reset");
        }
        assertThat(written).hasValue(1);
        assertThat(servers.get(1).accepted).hasValue(0);
    }

    @Test
    void a_post_may_be_repeated_if_it_says_so() throws IOException {
        Request keyed = POST.newBuilder().header("Idempotency-Key", "7").build();
        Request tagged = POST.newBuilder().tag(Repeat.class, Repeat.ALLOWED).build();
        for (Request request : List.of(keyed, tagged)) {
            OkHttpClient client = client(failing("closed"), reading(1));
            try (Response response = client.newCall(request).execute()) {
                assertThat(response.body().string()).isEqualTo("x");
            }
            assertThat(balancer.attempts().get(0).isRepeatable()).isTrue();
        }
    }

    @Test
    void a_repeat_that_the_body_cannot_do_is_refused_with_the_fix() throws IOException {
        OkHttpClient client = client(RawServer.answering(OK));
        Request request = GET.newBuilder()
                .post(oneShot(new AtomicInteger()))
                .tag(Repeat.class, Repeat.ALLOWED)
                .build();
        assertThatThrownBy(() -> client.newCall(request).execute())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "a request with the tag Repeat.ALLOWED must have a body that can be written again")
                .hasMessageEndingWith("leave out the tag, or give a body of bytes");
        assertThat(balancer.acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "closed", "503"})
    void a_call_that_says_never_is_one_attempt(String how) throws IOException {
        OkHttpClient client = client(failing(how), RawServer.answering(OK));
        Request never = GET.newBuilder().tag(Repeat.class, Repeat.NEVER).build();
        try (Response response = client.newCall(never).execute()) {
            assertThat(response.code()).isEqualTo(503);
        } catch (IOException e) {
            assertThat(how).isIn("refused", "closed");
        }
        assertThat(balancer.acquired()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"500", "501", "404", "429", "408"})
    void other_statuses_are_the_callers(int status) throws IOException {
        OkHttpClient client = client(failing(Integer.toString(status)), RawServer.answering(OK));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(status);
        }
        assertThat(balancer.acquired()).isEqualTo(1);
    }

    @Test
    void what_is_rejected_twice_is_tried_no_further() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withExtraAttempts(3),
                options -> options,
                failing("503 later"),
                failing("503 later"),
                RawServer.answering(OK));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(response.body().string()).isEqualTo("bad");
        }
        assertThat(balancer.kinds()).containsExactly(Kind.REJECTED, Kind.REJECTED);
    }

    @Test
    void statuses_can_be_chosen() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withStatuses(Set.of(429)),
                options -> options,
                failing("429"),
                failing("503"),
                RawServer.answering(OK));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(503);
        }
        assertThat(balancer.kinds()).containsExactly(Kind.REJECTED, Kind.FAILURE);
    }

    @Test
    void a_response_that_nobody_can_better_is_given_to_the_caller_whole() throws IOException {
        OkHttpClient client = client(failing("503"));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("bad");
        }
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE);
    }

    @Test
    void the_failure_carries_every_attempt_and_why_there_was_no_other() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withExtraAttempts(5), options -> options, failing("503"), refusing(), refusing());
        ConnectException failure = catchThrowableOfType(
                ConnectException.class, () -> client.newCall(GET).execute());
        assertThat(failure.getSuppressed()).hasSize(4);
        List<AttemptFailedException> attempts = Arrays.stream(failure.getSuppressed())
                .limit(3)
                .map(AttemptFailedException.class::cast)
                .toList();
        assertThat(attempts)
                .extracting(AttemptFailedException::endpoint)
                .containsExactlyElementsOf(servers.stream()
                        .map(server -> Endpoint.of(server.url()))
                        .toList());
        assertThat(attempts).extracting(AttemptFailedException::status).containsExactly(503, 0, 0);
        assertThat(attempts).allSatisfy(one -> assertThat(one.elapsed()).isPositive());
        assertThat(attempts.get(0)).hasMessageEndingWith(" ms: HTTP 503").hasNoCause();
        assertThat(attempts.get(1)).hasCauseInstanceOf(ConnectException.class);
        assertThat(attempts.get(2))
                .hasMessageEndingWith("this, and there was no other backend")
                .hasNoCause();
        assertThat(failure.getSuppressed()[3]).isInstanceOf(NoBackendAvailableException.class);
    }

    @Test
    void attempts_never_go_where_the_call_was_before() throws IOException {
        OkHttpClient client =
                client(RetryPolicy.DEFAULT.withExtraAttempts(5), options -> options, failing("502"), failing("502"));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(502);
        }
        assertThat(servers).allSatisfy(server -> assertThat(server.heads).hasSize(1));
    }

    @Test
    void a_call_can_exclude_the_backend_that_answered_an_earlier_one() throws IOException {
        OkHttpClient client = client(RawServer.answering(OK), RawServer.answering(OK));
        for (int call = 0; call < 6; call++) {
            Backend first;
            try (Response response = client.newCall(GET).execute()) {
                first = response.request().tag(Backend.class);
            }
            Request other = GET.newBuilder()
                    .tag(Attempt.class, Attempt.PLAIN.excluding(first))
                    .build();
            try (Response response = client.newCall(other).execute()) {
                assertThat(response.request().tag(Backend.class)).isNotEqualTo(first);
            }
        }
    }

    @Test
    void when_all_fails_the_load_is_the_share_and_the_reserve() throws IOException {
        int calls = 200;
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withBudget(
                        RetryBudget.DEFAULT.withTtl(Duration.ofSeconds(60)).withFloorPerSecond(1)),
                options -> options,
                failing("502"),
                failing("502"));
        for (int call = 0; call < calls; call++) {
            client.newCall(GET).execute().close();
        }
        assertThat(sent("GET")).isEqualTo(calls + calls / 5 + 60);
    }

    @Test
    void a_call_without_budget_ends_as_its_attempt_did_and_says_so() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withBudget(new RetryBudget(0, 0, Duration.ofSeconds(1))),
                options -> options,
                refusing(),
                RawServer.answering(OK));
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isInstanceOf(ConnectException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()[0])
                        .hasMessageEndingWith("this, and the retry budget is spent"));
    }

    @Test
    void a_cancel_in_any_attempt_ends_the_call_and_starts_nothing_more() throws Exception {
        for (int attempt = 0; attempt < 2; attempt++) {
            OkHttpClient client = client(
                    RetryPolicy.DEFAULT.withExtraAttempts(5),
                    options -> options,
                    failing(attempt == 0 ? "silent" : "503"),
                    failing("silent"),
                    RawServer.answering(OK));
            int from = servers.size() - 3;
            RawServer hung = servers.get(from + attempt);
            Call call = client.newCall(GET);
            Ending ending = Ending.of(call);
            Eventually.holds("the request is there", () -> hung.heads.size() == 1);
            call.cancel();
            assertThat(ending.failure()).isNotNull();
            for (int later = attempt + 1; later < 3; later++) {
                assertThat(servers.get(from + later).accepted).hasValue(0);
            }
            Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
            assertThat(balancer.kinds()).last().isEqualTo(Kind.IGNORED);
        }
    }

    @Test
    void the_time_of_the_call_is_for_all_attempts() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withExtraAttempts(5),
                options -> options.callTimeout(Duration.ofMillis(400)),
                failing("503"),
                failing("silent"),
                RawServer.answering(OK));
        assertThatThrownBy(() -> client.newCall(GET).execute()).hasMessage("timeout");
        assertThat(servers.get(2).accepted).hasValue(0);
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE, Kind.FAILURE);
    }

    @Test
    void values_out_of_range_are_refused() {
        assertThatThrownBy(() -> RetryPolicy.DEFAULT.withExtraAttempts(6))
                .hasMessage("extra attempts must be 0 to 5, was 6");
        assertThatThrownBy(() -> RetryPolicy.DEFAULT.withExtraAttempts(-1)).hasMessageEndingWith("was -1");
        assertThatThrownBy(() -> RetryPolicy.DEFAULT.withStatuses(Set.of(200)))
                .hasMessage("a status that is tried elsewhere must be 400 to 599, was 200");
    }
}
