package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller says of one call by its tags, and learns of it: the deadline and the report. */
@Timeout(60)
class CallControlTest {
    private static final String OK = BalancedCalls.OK;
    private static final String BAD = "HTTP/1.1 503 X\r\nContent-Length: 3\r\n\r\nbad";
    private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok";
    private static final Duration SOON = Duration.ofSeconds(3);

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

    private OkHttpClient client(RetryPolicy policy, RawServer... running) {
        servers.addAll(Arrays.asList(running));
        balancer =
                FakeBalancer.orders(Arrays.stream(running).map(RawServer::url).toArray(String[]::new));
        return Evenkeel.wrapping(new OkHttpClient())
                .balancers(balancer)
                .retries(policy)
                .build();
    }

    private static RawServer silentAfter(String bytes) throws IOException {
        return RawServer.running(connection -> {
            connection.readHead();
            connection.write(bytes);
            connection.untilClosed();
        });
    }

    private static Request within(Duration duration) {
        return BalancedCalls.GET
                .newBuilder()
                .tag(Deadline.class, Deadline.after(duration))
                .build();
    }

    /** Returns how the attempts have ended. */
    static List<Kind> kinds(CallReport report) {
        return report.attempts().stream()
                .map(CallReport.Tried::outcome)
                .filter(Objects::nonNull)
                .map(Outcome::kind)
                .toList();
    }

    @Test
    void a_deadline_that_has_passed_lets_no_attempt_begin() throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, RawServer.answering(OK));
        for (Duration gone : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> client.newCall(within(gone)).execute())
                    .isInstanceOf(DeadlineExceededException.class)
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageStartingWith("orders: the deadline of the call, set to ")
                    .hasMessageEndingWith("had passed before an attempt was made");
        }
        assertThat(balancer.acquired()).isZero();
    }

    @Test
    void a_deadline_is_for_all_attempts_and_cuts_off_the_last() throws IOException {
        OkHttpClient client = client(
                RetryPolicy.DEFAULT.withExtraAttempts(5),
                RawServer.answering(BAD),
                silentAfter(""),
                RawServer.answering(OK));
        Call call = client.newCall(within(SOON));
        DeadlineExceededException failure = catchThrowableOfType(DeadlineExceededException.class, call::execute);
        assertThat(failure).hasMessage("orders: the deadline of the call, set to 3000 ms, has passed");
        assertThat(failure.getCause()).isInstanceOf(IOException.class);
        assertThat(failure.getSuppressed()).hasSize(2);
        assertThat(failure.getSuppressed()[0]).hasMessageEndingWith(" ms: HTTP 503");
        assertThat(failure.getSuppressed()[1]).hasMessageEndingWith("this, and the deadline has passed");
        assertThat(servers.get(2).accepted).hasValue(0);
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE, Kind.FAILURE);
    }

    @Test
    void a_deadline_cuts_off_the_body_and_reading_says_so() throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, silentAfter(HALF));
        try (Response response = client.newCall(within(SOON)).execute()) {
            assertThat(response.body().contentLength()).isEqualTo(4);
            assertThat(response.body().source().readUtf8(2)).isEqualTo("ok");
            assertThatThrownBy(() -> response.body().source().readUtf8(1))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessage("orders: the deadline of the call, set to 3000 ms, has passed");
        }
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE);
    }

    @Test
    void a_deadline_that_is_far_changes_nothing() throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, RawServer.answering(OK));
        try (Response response = client.newCall(within(Duration.ofDays(366))).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(balancer.kinds()).containsExactly(Kind.SUCCESS);
    }

    @Test
    void the_call_timeout_counts_if_it_is_earlier() throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, silentAfter(""));
        Call call = client.newCall(within(Duration.ofMinutes(1)));
        call.timeout().timeout(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThatThrownBy(call::execute)
                .isInstanceOf(InterruptedIOException.class)
                .isNotInstanceOf(DeadlineExceededException.class)
                .hasMessage("timeout");
    }

    @Test
    void a_cancel_before_the_deadline_is_a_cancel() throws Exception {
        OkHttpClient client = client(RetryPolicy.DEFAULT, silentAfter(""));
        Call call = client.newCall(within(Duration.ofMinutes(1)));
        Ending ending = Ending.of(call);
        Eventually.holds("the request is there", () -> !servers.get(0).heads.isEmpty());
        call.cancel();
        assertThat(ending.failure()).isNotInstanceOf(DeadlineExceededException.class);
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(Kind.IGNORED);
    }

    @Test
    void a_deadline_too_far_away_is_refused() {
        assertThatThrownBy(() -> Deadline.after(Duration.ofDays(367)))
                .hasMessage("a deadline must be at most 366 days away, was PT8808H");
    }

    @Test
    void a_report_tells_of_every_attempt_also_when_the_call_has_failed() throws IOException {
        RawServer refusing = RawServer.answering(OK);
        refusing.close();
        OkHttpClient client = client(RetryPolicy.DEFAULT, RawServer.answering(BAD), refusing);
        CallReport report = CallReport.create();
        assertThat(report.backend()).isNull();
        Request request =
                BalancedCalls.GET.newBuilder().tag(CallReport.class, report).build();
        assertThatThrownBy(() -> client.newCall(request).execute()).isInstanceOf(IOException.class);
        assertThat(report.attempts())
                .extracting(tried -> tried.backend().endpoint())
                .containsExactly(
                        Endpoint.of(servers.get(0).url()),
                        Endpoint.of(servers.get(1).url()));
        assertThat(report.attempts()).extracting(CallReport.Tried::status).containsExactly(503, 0);
        assertThat(kinds(report)).containsExactly(Kind.FAILURE, Kind.UNREACHABLE);
        assertThat(report.attempts())
                .allSatisfy(tried -> assertThat(tried.elapsed()).isPositive());
        assertThat(report.backend()).isEqualTo(report.attempts().get(1).backend());
    }

    @Test
    void an_attempt_in_a_report_has_no_outcome_before_its_body_is_read_and_its_time_stops_at_the_headers()
            throws IOException {
        OkHttpClient client = client(RetryPolicy.DEFAULT, RawServer.answering(OK));
        CallReport report = CallReport.create();
        Request request =
                BalancedCalls.GET.newBuilder().tag(CallReport.class, report).build();
        CallReport.Tried open;
        try (Response response = client.newCall(request).execute()) {
            open = report.attempts().get(0);
            assertThat(open.outcome()).isNull();
            assertThat(open.status()).isEqualTo(200);
            assertThat(response.body().string()).isEqualTo("ok");
        }
        CallReport.Tried closed = report.attempts().get(0);
        assertThat(kinds(report)).containsExactly(Kind.SUCCESS);
        assertThat(closed.elapsed()).isEqualTo(open.elapsed());
    }
}
