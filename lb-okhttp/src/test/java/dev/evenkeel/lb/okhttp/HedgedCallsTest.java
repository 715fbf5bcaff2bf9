package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.retry.RetryBudget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are made twice where the first is slow. The first of the backends is the one that is asked first. */
@Timeout(60)
class HedgedCallsTest {
    private static final String OK = BalancedCalls.OK;
    private static final Request GET = BalancedCalls.GET;
    private static final Request POST = BalancedCalls.POST;
    private static final Duration DELAY = HedgingPolicy.DEFAULT.start();

    private final HandTimer timer = new HandTimer();
    private final List<Slow> servers = new ArrayList<>();
    private FakeBalancer balancer = FakeBalancer.orders();

    /** A server that answers when it is told to. */
    private static final class Slow implements AutoCloseable {
        final CompletableFuture<String> answer = new CompletableFuture<>();
        final RawServer server;

        Slow() throws IOException {
            server = RawServer.running(connection -> {
                while (!connection.readHead().isEmpty()) {
                    String bytes = answer.join();
                    if (bytes.isEmpty()) {
                        return;
                    }
                    connection.write(bytes);
                }
            });
        }

        Slow answers(String bytes) {
            answer.complete(bytes);
            return this;
        }

        Slow answers(int status) {
            return answers("HTTP/1.1 " + status + " X\r\nContent-Length: 3\r\n\r\nbad");
        }

        /** Closes the connection when the request is there, and if it is there already, now. */
        Slow breaks() {
            return answers("");
        }

        int asked() {
            return server.heads.size();
        }

        Endpoint endpoint() {
            return Endpoint.of(server.url());
        }

        @Override
        public void close() throws IOException {
            answer.complete("");
            server.close();
        }
    }

    @AfterEach
    void nothing_is_left() throws IOException {
        timer.awaitThreads();
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.outcomes()).hasSize(balancer.acquired());
        assertThat(timer.pending()).isZero();
        assertThat(How.SURPRISES).isEmpty();
        for (Slow server : servers) {
            server.close();
        }
    }

    private HedgedCalls calls(int servers) throws IOException {
        return calls(RetryPolicy.DEFAULT, options -> options, servers);
    }

    private HedgedCalls calls(RetryPolicy retries, UnaryOperator<OkHttpClient.Builder> options, int count)
            throws IOException {
        return calls(retries, options, OutcomeClassifier.USUAL, count);
    }

    private HedgedCalls calls(
            RetryPolicy retries, UnaryOperator<OkHttpClient.Builder> options, OutcomeClassifier outcomes, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            servers.add(new Slow());
        }
        balancer = FakeBalancer.orders(
                servers.stream().map(slow -> slow.server.url()).toArray(String[]::new));
        OkHttpClient client = Evenkeel.wrapping(
                        options.apply(new OkHttpClient.Builder()).build())
                .balancers(balancer)
                .retries(retries)
                .outcomes(outcomes)
                .build();
        return HedgedCalls.of(client, HedgingPolicy.DEFAULT, timer);
    }

    private Slow server(int number) {
        return servers.get(number);
    }

    private void awaitAsked(int number) {
        Eventually.holds("server " + number + " is asked", () -> server(number).asked() == 1);
    }

    /** Begins a call whose first attempt is slow. */
    private CompletableFuture<Response> slow(How how, Call call) {
        CompletableFuture<Response> end = how.begin(call);
        awaitAsked(0);
        Eventually.holds("the delay runs", () -> timer.pending() == 1);
        return end;
    }

    /** Begins a call that is hedged, with both attempts under way. */
    private CompletableFuture<Response> hedged(How how, Call call) {
        CompletableFuture<Response> end = slow(how, call);
        timer.advance(DELAY);
        awaitAsked(1);
        return end;
    }

    private void awaitBadAnswer() {
        Eventually.holds("the answer is told", () -> balancer.answers().equals(List.of(Kind.FAILURE)));
    }

    private static Response response(CompletableFuture<Response> end) throws Exception {
        return Objects.requireNonNull(end.get(20, TimeUnit.SECONDS));
    }

    private static IOException failure(CompletableFuture<Response> end) throws Exception {
        try {
            response(end).close();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                return failure;
            }
            throw e;
        }
        throw new AssertionError("the call succeeded");
    }

    private void assertOk(CompletableFuture<Response> end, int by) throws Exception {
        try (Response response = response(end)) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(GET.url());
            assertThat(response.request().tag(Backend.class).endpoint())
                    .isEqualTo(server(by).endpoint());
        }
    }

    private void assertKinds(Kind... kinds) {
        Eventually.holds("all leases are completed", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactlyInAnyOrder(kinds);
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_is_slow_is_answered_by_another_backend_and_nobody_is_blamed(How how) throws Exception {
        HedgedCalls calls = calls(2);
        server(1).answers(OK);
        CallReport report = CallReport.create();
        Call call = calls.newCall(GET.newBuilder().tag(CallReport.class, report).build());
        CompletableFuture<Response> end = slow(how, call);
        timer.advance(DELAY.minusMillis(1));
        assertThat(timer.begun()).isZero();
        timer.advance(Duration.ofMillis(1));
        assertOk(end, 1);
        assertKinds(Kind.SUCCESS, Kind.IGNORED);
        Eventually.holds("the loser's connection is closed", () -> {
            server(0).answer.complete("");
            return server(0).server.ended.get() == 1;
        });
        assertThat(report.attempts())
                .extracting(tried -> tried.backend().endpoint())
                .containsExactly(server(0).endpoint(), server(1).endpoint());
        assertThat(CallControlTest.kinds(report)).containsExactly(Kind.IGNORED, Kind.SUCCESS);
        assertThat(call.isCanceled()).isFalse();
        assertThat(call.isExecuted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_is_fast_is_not_hedged(How how) throws Exception {
        HedgedCalls calls = calls(2);
        server(0).answers(OK);
        assertOk(how.begin(calls.newCall(GET)), 0);
        assertThat(timer.pending()).isZero();
        timer.advance(DELAY);
        assertThat(balancer.acquired()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void the_original_may_still_win_and_then_the_hedge_is_not_blamed(How how) throws Exception {
        HedgedCalls calls = calls(2);
        CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
        server(0).answers(OK);
        assertOk(end, 0);
        assertKinds(Kind.SUCCESS, Kind.IGNORED);
    }

    @ParameterizedTest
    @EnumSource
    void a_leg_that_fails_waits_for_the_other_and_its_failure_counts(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            HedgedCalls calls = calls(2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(bad).breaks();
            Eventually.holds("it is blamed", () -> balancer.kinds().equals(List.of(Kind.FAILURE)));
            assertThat(end).isNotDone();
            server(1 - bad).answers(OK);
            assertOk(end, 1 - bad);
            assertKinds(Kind.FAILURE, Kind.SUCCESS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_leg_with_a_status_that_is_tried_elsewhere_waits_for_the_other_and_is_closed(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            HedgedCalls calls = calls(2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(bad).answers(503);
            awaitBadAnswer();
            assertThat(end).isNotDone();
            server(1 - bad).answers(OK);
            assertOk(end, 1 - bad);
            assertKinds(Kind.FAILURE, Kind.SUCCESS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_a_bad_answer_and_a_failure_the_answer_is_given(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            HedgedCalls calls = calls(2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(bad).answers(503);
            awaitBadAnswer();
            server(1 - bad).breaks();
            try (Response response = response(end)) {
                assertThat(response.code()).isEqualTo(503);
                assertThat(response.body().string()).isEqualTo("bad");
            }
            assertKinds(Kind.FAILURE, Kind.FAILURE);
        }
    }

    @ParameterizedTest
    @CsvSource({"EXECUTE, 503", "EXECUTE, 500", "ENQUEUE, 503", "ENQUEUE, 500"})
    void a_leg_that_is_beaten_while_its_bad_answer_is_on_the_way_is_blamed_for_that(How how, int status)
            throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            HedgedCalls calls = calls(
                    RetryPolicy.DEFAULT,
                    options -> options.addInterceptor(chain -> {
                        Response response = chain.proceed(chain.request());
                        if (response.code() == status) {
                            Eventually.holds("the other leg wins", chain.call()::isCanceled);
                        }
                        return response;
                    }),
                    2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(bad).answers(status);
            awaitBadAnswer();
            server(1 - bad).answers(OK);
            assertOk(end, 1 - bad);
            assertKinds(Kind.FAILURE, Kind.SUCCESS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_leg_that_is_beaten_while_its_bad_answer_is_judged_is_blamed_for_that(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            CountDownLatch beaten = new CountDownLatch(1);
            CountDownLatch judging = new CountDownLatch(1);
            HedgedCalls calls = calls(
                    RetryPolicy.DEFAULT,
                    options -> options.eventListener(new EventListener() {
                        @Override
                        public void canceled(Call call) {
                            beaten.countDown();
                        }
                    }),
                    new OutcomeClassifier() {
                        @Override
                        public Outcome ofResponse(Response response, Outcome usual) {
                            if (response.code() == 503) {
                                judging.countDown();
                                Eventually.holds("the other leg wins", () -> beaten.getCount() == 0);
                            }
                            return usual;
                        }
                    },
                    2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(bad).answers(503);
            assertThat(judging.await(20, TimeUnit.SECONDS)).isTrue();
            server(1 - bad).answers(OK);
            assertOk(end, 1 - bad);
            assertKinds(Kind.FAILURE, Kind.SUCCESS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_of_the_caller_blames_nobody_though_a_bad_answer_waits(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            Call call = calls(2).newCall(GET);
            CompletableFuture<Response> end = hedged(how, call);
            server(bad).answers(503);
            awaitBadAnswer();
            call.cancel();
            failure(end);
            assertKinds(Kind.IGNORED, Kind.IGNORED);
        }
    }

    @Test
    void a_cancel_of_the_caller_blames_nobody_though_a_bad_answer_is_on_the_way() throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            CountDownLatch over = new CountDownLatch(1);
            HedgedCalls calls = calls(
                    RetryPolicy.DEFAULT,
                    options -> options.addInterceptor(chain -> {
                        Response response = chain.proceed(chain.request());
                        if (response.code() == 503) {
                            Eventually.holds("the call is over", () -> over.getCount() == 0);
                        }
                        return response;
                    }),
                    2);
            Call call = calls.newCall(GET);
            CompletableFuture<Response> end = hedged(How.ENQUEUE, call);
            server(bad).answers(503);
            awaitBadAnswer();
            call.cancel();
            failure(end);
            over.countDown();
            assertKinds(Kind.IGNORED, Kind.IGNORED);
        }
    }

    @ParameterizedTest
    @CsvSource({"EXECUTE, 0", "EXECUTE, 1", "ENQUEUE, 0", "ENQUEUE, 1"})
    void if_both_fail_the_last_failure_carries_every_attempt(How how, int first) throws Exception {
        for (boolean retries : new boolean[] {true, false}) {
            servers.clear();
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> new Thread(task, "async"));
            Dispatcher dispatcher = new Dispatcher(executor);
            HedgedCalls calls = calls(
                    retries ? RetryPolicy.DEFAULT : RetryPolicy.OFF, options -> options.dispatcher(dispatcher), 2);
            CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
            server(first).breaks();
            Eventually.holds("it is blamed", () -> balancer.kinds().equals(List.of(Kind.FAILURE)));
            // The race of the two hears of it a moment later.
            if (first == 1) {
                timer.awaitThreads();
            } else if (how == How.ENQUEUE) {
                Eventually.holds("the original is over", () -> executor.getCompletedTaskCount() == 1);
            } else {
                Eventually.holds("the caller waits for the hedge", HedgedCallsTest::isCallerWaiting);
            }
            int last = 1 - first;
            server(last).breaks();
            IOException failure = failure(end);
            executor.shutdown();
            assertThat(failure.getSuppressed())
                    .extracting(each -> ((AttemptFailedException) each).endpoint())
                    .containsExactly(server(last).endpoint(), server(first).endpoint());
            assertThat(failure.getSuppressed()[0])
                    .hasMessageEndingWith("this, and no further attempt is allowed")
                    .hasNoCause();
            assertThat(failure.getSuppressed()[1]).hasCauseInstanceOf(IOException.class);
            assertKinds(Kind.FAILURE, Kind.FAILURE);
        }
    }

    /** Tells whether a hedged call that is made on its caller's thread has ended there, and the other attempt has not. */
    private static boolean isCallerWaiting() {
        return Thread.getAllStackTraces().values().stream()
                .map(frames -> Arrays.stream(frames)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .toList())
                .anyMatch(frames -> frames.contains(HedgedCall.class.getName() + ".execute")
                        && frames.contains(CompletableFuture.class.getName() + ".get"));
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_must_not_be_repeated_is_made_once(How how) throws Exception {
        for (Request request :
                List.of(POST, GET.newBuilder().tag(Repeat.class, Repeat.NEVER).build())) {
            servers.clear();
            HedgedCalls calls = calls(2);
            CompletableFuture<Response> end = how.begin(calls.newCall(request));
            awaitAsked(0);
            timer.advance(DELAY.multipliedBy(10));
            assertThat(timer.begun()).isZero();
            server(0).answers(OK);
            response(end).close();
            assertThat(server(0).asked() + server(1).asked()).isEqualTo(1);
        }
    }

    @Test
    void a_post_with_a_key_may_be_hedged() throws Exception {
        HedgedCalls calls = calls(2);
        server(1).answers(OK);
        Request keyed = POST.newBuilder().header("Idempotency-Key", "7").build();
        CompletableFuture<Response> end = How.EXECUTE.begin(calls.newCall(keyed));
        Eventually.holds("the delay runs", () -> timer.pending() == 1);
        timer.advance(DELAY);
        response(end).close();
        assertKinds(Kind.SUCCESS, Kind.IGNORED);
    }

    @ParameterizedTest
    @EnumSource
    void without_budget_there_is_no_hedge(How how) throws Exception {
        HedgedCalls calls = calls(
                RetryPolicy.DEFAULT.withBudget(new RetryBudget(0, 0, Duration.ofSeconds(1))), options -> options, 2);
        CompletableFuture<Response> end = slow(how, calls.newCall(GET));
        timer.advance(DELAY);
        assertThat(timer.begun()).isZero();
        server(0).answers(OK);
        assertOk(end, 0);
    }

    @ParameterizedTest
    @EnumSource
    void without_another_backend_the_original_goes_on_and_nothing_is_spent(How how) throws Exception {
        HedgedCalls calls = calls(
                RetryPolicy.DEFAULT.withBudget(
                        new RetryBudget(0, 1, Duration.ofSeconds(1))), // one extra attempt in all
                options -> options,
                1);
        for (int call = 1; call <= 2; call++) {
            CompletableFuture<Response> end = how.begin(calls.newCall(GET));
            int heads = call;
            Eventually.holds("it is asked", () -> server(0).asked() == heads);
            if (call == 1) {
                timer.advance(DELAY);
                timer.awaitThreads();
                assertThat(timer.begun()).isEqualTo(1);
            }
            server(0).answers(OK);
            assertOk(end, 0);
        }
        assertKinds(Kind.SUCCESS, Kind.SUCCESS);
    }

    @ParameterizedTest
    @EnumSource
    void a_hedge_that_could_not_be_made_is_no_attempt_and_takes_none_from_the_original(How how) throws Exception {
        CompletableFuture<Response> end = slow(how, calls(1).newCall(GET));
        timer.advance(DELAY);
        timer.awaitThreads();
        server(0).breaks();
        Throwable[] attempts = failure(end).getSuppressed();
        assertThat(attempts).hasSize(2);
        assertThat(attempts[0]).hasMessageEndingWith("this, and there was no other backend");
        assertThat(attempts[1]).isInstanceOf(NoBackendAvailableException.class);
        assertKinds(Kind.FAILURE);
    }

    @Test
    void what_was_retried_is_not_hedged_too_and_what_was_hedged_not_retried() throws Exception {
        HedgedCalls calls = calls(3);
        server(0).breaks();
        CompletableFuture<Response> end = How.EXECUTE.begin(calls.newCall(GET));
        awaitAsked(1);
        timer.advance(DELAY);
        assertThat(timer.begun()).isZero();
        server(1).answers(OK);
        assertOk(end, 1);

        servers.clear();
        CompletableFuture<Response> second = hedged(How.EXECUTE, calls(3).newCall(GET));
        server(0).breaks();
        Eventually.holds("it is blamed", () -> balancer.kinds().contains(Kind.FAILURE));
        server(1).answers(OK);
        assertOk(second, 1);
        assertThat(server(2).asked()).isZero();
    }

    @Test
    void no_backend_is_asked_twice_by_both_legs_and_their_retries() throws Exception {
        HedgedCalls calls = calls(RetryPolicy.DEFAULT.withExtraAttempts(5), options -> options, 3);
        CompletableFuture<Response> end = hedged(How.EXECUTE, calls.newCall(GET));
        server(1).answers(503);
        awaitAsked(2);
        server(2).answers(503);
        Eventually.holds("both have answered", () -> balancer.answers().size() == 2);
        server(0).answers(503);
        try (Response response = response(end)) {
            assertThat(response.code()).isEqualTo(503);
        }
        assertThat(servers).extracting(Slow::asked).containsExactly(1, 1, 1);
    }

    /** Holds back the answers of servers while it is closed, as it is at first. */
    private static final class Gate {
        private volatile CountDownLatch latch = new CountDownLatch(1);

        void open() {
            latch.countDown();
        }

        void close() {
            latch = new CountDownLatch(1);
        }

        void pass(RawServer.Connection connection) throws IOException {
            while (!connection.readHead().isEmpty()) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                connection.write(OK);
            }
        }
    }

    private HedgedCalls calls(HedgingPolicy policy, RawServer a, RawServer b) {
        balancer = FakeBalancer.orders(a.url(), b.url());
        return HedgedCalls.of(Evenkeel.wrap(new OkHttpClient(), balancer), policy, timer);
    }

    @Test
    void when_all_is_slow_the_load_is_the_share_and_the_reserve() throws Exception {
        int calls = 200;
        Gate gate = new Gate();
        try (RawServer a = RawServer.running(gate::pass);
                RawServer b = RawServer.running(gate::pass)) {
            balancer = FakeBalancer.orders(a.url(), b.url());
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(balancer)
                    .retries(RetryPolicy.DEFAULT.withBudget(
                            RetryBudget.DEFAULT.withTtl(Duration.ofSeconds(60)).withFloorPerSecond(1)))
                    .build();
            HedgedCalls hedged = HedgedCalls.of(client, HedgingPolicy.DEFAULT, timer);
            for (int call = 0; call < calls; call++) {
                int before = a.heads.size() + b.heads.size();
                int hedges = timer.begun();
                gate.close();
                CompletableFuture<Response> end = How.ENQUEUE.begin(hedged.newCall(GET));
                Eventually.holds("the delay runs", () -> timer.pending() == 1);
                timer.advance(Duration.ofMinutes(1));
                int sent = before + 1 + timer.begun() - hedges;
                Eventually.holds("all is sent", () -> a.heads.size() + b.heads.size() == sent);
                gate.open();
                response(end).close();
                timer.awaitThreads();
            }
            assertThat(a.heads.size() + b.heads.size()).isEqualTo(calls + calls / 5 + 60);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_during_the_delay_ends_the_call_and_begins_nothing(How how) throws Exception {
        Call call = calls(2).newCall(GET);
        CompletableFuture<Response> end = slow(how, call);
        call.cancel();
        failure(end);
        assertThat(call.isCanceled()).isTrue();
        timer.advance(DELAY);
        assertThat(timer.begun()).isZero();
        assertKinds(Kind.IGNORED);
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_of_both_legs_ends_both(How how) throws Exception {
        Call call = calls(3).newCall(GET);
        CompletableFuture<Response> end = hedged(how, call);
        call.cancel();
        failure(end);
        assertKinds(Kind.IGNORED, Kind.IGNORED);
        assertThat(server(2).asked()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_after_one_leg_has_failed_ends_the_other(How how) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            servers.clear();
            Call call = calls(3).newCall(GET);
            CompletableFuture<Response> end = hedged(how, call);
            server(bad).breaks();
            Eventually.holds("it is blamed", () -> balancer.kinds().equals(List.of(Kind.FAILURE)));
            call.cancel();
            failure(end);
            assertKinds(Kind.FAILURE, Kind.IGNORED);
            assertThat(server(2).asked()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_in_the_moment_a_leg_picks_sends_it_nowhere(How how) throws Exception {
        for (int leg = 1; leg <= 2; leg++) {
            servers.clear();
            HedgedCalls calls = calls(2);
            Call call = calls.newCall(GET);
            balancer.whenPicked(leg, call::cancel);
            if (leg == 1) {
                failure(how.begin(call));
                assertKinds(Kind.IGNORED);
            } else {
                CompletableFuture<Response> end = slow(how, call);
                timer.advance(DELAY);
                failure(end);
                assertKinds(Kind.IGNORED, Kind.IGNORED);
            }
            timer.advance(DELAY);
            timer.awaitThreads();
            assertThat(timer.begun()).isEqualTo(leg - 1);
            assertThat(server(leg - 1).asked()).isZero();
        }
    }

    @Test
    void a_cancel_before_the_call_begins_sends_nothing() throws IOException {
        Call call = calls(2).newCall(GET);
        call.cancel();
        assertThatThrownBy(call::execute).isInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(server(0).asked() + server(1).asked()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_ends_the_body_of_the_winner(How how) throws Exception {
        HedgedCalls calls = calls(2);
        server(1).answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok");
        Call call = calls.newCall(GET);
        CompletableFuture<Response> end = hedged(how, call);
        try (Response response = response(end)) {
            assertThat(response.body().source().readUtf8(2)).isEqualTo("ok");
            call.cancel();
            assertThatThrownBy(() -> response.body().source().readUtf8(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_interrupt_of_the_caller_ends_both_legs() throws Exception {
        HedgedCalls calls = calls(2);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        AtomicInteger flag = new AtomicInteger();
        Thread caller = RawServer.daemon("caller", () -> {
            try {
                calls.newCall(GET).execute().close();
            } catch (IOException e) {
                flag.set(Thread.currentThread().isInterrupted() ? 1 : 0);
                end.complete(e);
            }
        });
        awaitAsked(0);
        timer.advance(DELAY);
        awaitAsked(1);
        server(0).breaks(); // now the caller waits for the hedge
        Eventually.holds("it is blamed", () -> balancer.kinds().equals(List.of(Kind.FAILURE)));
        caller.interrupt();
        assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        assertThat(flag).hasValue(1);
        assertKinds(Kind.FAILURE, Kind.IGNORED);
    }

    @ParameterizedTest
    @EnumSource
    void the_call_timeout_is_for_both_legs(How how) throws Exception {
        HedgedCalls calls = calls(RetryPolicy.DEFAULT, options -> options.callTimeout(Duration.ofMinutes(5)), 2);
        Call call = calls.newCall(GET);
        call.timeout().timeout(2, TimeUnit.SECONDS);
        CompletableFuture<Response> end = hedged(how, call);
        IOException failure = failure(end);
        assertThat(failure).isInstanceOf(InterruptedIOException.class).hasMessage("timeout");
        Eventually.holds("both have ended", () -> balancer.inFlight() == 0);
        assertThat(call.isCanceled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_deadline_is_for_both_legs(How how) throws Exception {
        Request request = GET.newBuilder()
                .tag(Deadline.class, Deadline.after(Duration.ofSeconds(2)))
                .build();
        CompletableFuture<Response> end = hedged(how, calls(2).newCall(request));
        assertThat(failure(end)).isInstanceOf(DeadlineExceededException.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_read_timeout_of_one_leg_waits_for_the_other(How how) throws Exception {
        HedgedCalls calls = calls(RetryPolicy.DEFAULT, options -> options.readTimeout(Duration.ofSeconds(2)), 2);
        CompletableFuture<Response> end = hedged(how, calls.newCall(GET));
        assertThat(failure(end)).isInstanceOf(SocketTimeoutException.class);
        assertKinds(Kind.FAILURE, Kind.FAILURE);
    }

    @Test
    void a_call_can_be_made_once_and_its_clone_again() throws Exception {
        HedgedCalls calls = calls(2);
        server(0).answers(OK);
        server(1).answers(OK);
        Call call = calls.newCall(GET);
        assertThat(call.request()).isSameAs(GET);
        assertThat(call.isExecuted()).isFalse();
        call.execute().close();
        assertThatThrownBy(call::execute)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Already Executed");
        assertThatThrownBy(() -> Ending.of(call)).isInstanceOf(IllegalStateException.class);
        Call clone = call.clone();
        assertThat(clone.isExecuted()).isFalse();
        assertOk(How.EXECUTE.begin(clone), 1);
    }

    @Test
    void listeners_and_tags_are_on_both_legs() throws Exception {
        List<String> tags = new CopyOnWriteArrayList<>();
        HedgedCalls calls = calls(
                RetryPolicy.DEFAULT,
                options -> options.addInterceptor(chain -> {
                    tags.add(chain.call().tag(String.class));
                    return chain.proceed(chain.request());
                }),
                2);
        server(1).answers(OK);
        AtomicInteger started = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        Call call = calls.newCall(GET);
        assertThat(call.tag(String.class, () -> "mine")).isEqualTo("mine");
        assertThat(call.tag(String.class)).isEqualTo("mine");
        call.addEventListener(new EventListener() {
            @Override
            public void callStart(Call each) {
                started.incrementAndGet();
            }

            @Override
            public void callEnd(Call each) {
                ended.incrementAndGet();
            }

            @Override
            public void callFailed(Call each, IOException e) {
                ended.incrementAndGet();
            }
        });
        assertOk(hedged(How.EXECUTE, call), 1);
        assertThat(started).hasValue(2);
        Eventually.holds("both have ended", () -> ended.get() == 2);
        assertThat(tags).containsExactly("mine", "mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "runtime"})
    void a_callback_that_throws_ends_no_thread_and_is_told_nothing_more(String what) throws Exception {
        HedgedCalls calls = calls(2);
        server(1).answers(OK);
        AtomicInteger told = new AtomicInteger();
        AtomicInteger uncaught = new AtomicInteger();
        Call call = calls.newCall(GET);
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call each, IOException e) {
                told.incrementAndGet();
            }

            @Override
            public void onResponse(Call each, Response response) throws IOException {
                told.incrementAndGet();
                response.close();
                Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.incrementAndGet());
                if (what.equals("io")) {
                    throw new IOException("of the callback");
                }
                throw new IllegalStateException("of the callback");
            }
        });
        awaitAsked(0);
        timer.advance(DELAY);
        Eventually.holds("it is told", () -> told.get() == 1);
        timer.awaitThreads();
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(told).hasValue(1);
        assertThat(uncaught).hasValue(0);
    }

    @Test
    void the_delay_follows_what_calls_take_but_is_never_below_the_minimum() throws Exception {
        Gate gate = new Gate();
        gate.open();
        try (RawServer a = RawServer.running(gate::pass);
                RawServer b = RawServer.running(gate::pass)) {
            HedgedCalls hedged = calls(HedgingPolicy.DEFAULT.withMinimum(Duration.ofSeconds(40)), a, b);
            for (int call = 0; call < RecentLatencies.STEP; call++) {
                hedged.newCall(GET).execute().close(); // in less than 40 s, and more than 500 ms do not matter
            }
            gate.close();
            CompletableFuture<Response> end = How.ENQUEUE.begin(hedged.newCall(GET));
            Eventually.holds("the delay runs", () -> timer.pending() == 1);
            timer.advance(Duration.ofMillis(39_999));
            assertThat(timer.begun()).isZero();
            timer.advance(Duration.ofMillis(1));
            assertThat(timer.begun()).isEqualTo(1);
            gate.open();
            response(end).close();
            timer.awaitThreads();

            HedgedCalls quick =
                    HedgedCalls.of(hedged.client(), HedgingPolicy.DEFAULT.withStart(Duration.ofMinutes(1)), timer);
            for (int call = 0; call < RecentLatencies.STEP; call++) {
                quick.newCall(GET).execute().close();
            }
            gate.close();
            CompletableFuture<Response> last = How.ENQUEUE.begin(quick.newCall(GET));
            Eventually.holds("the delay runs", () -> timer.pending() == 1);
            timer.advance(Duration.ofSeconds(30)); // less than at the start, so it was learnt
            assertThat(timer.begun()).isEqualTo(2);
            gate.open();
            response(last).close();
        }
    }

    @Test
    void a_client_that_does_not_balance_is_refused_and_other_hosts_are_left_alone() throws IOException {
        assertThatThrownBy(() -> HedgedCalls.of(new OkHttpClient(), HedgingPolicy.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("wrap it first, see Evenkeel.wrap");
        HedgedCalls calls = calls(1);
        Call other = calls.newCall(GET.newBuilder().url(server(0).server.url()).build());
        assertThat(other).isNotInstanceOf(HedgedCall.class);
    }

    @Test
    void the_timer_ends_with_the_balancer() throws Exception {
        timerEnds((orders, calls) -> orders.close());
    }

    @Test
    void the_timer_ends_with_a_close_and_calls_go_on() throws Exception {
        timerEnds((orders, calls) -> {
            calls.close();
            calls.close();
        });
    }

    private void timerEnds(BiConsumer<LoadBalancer, HedgedCalls> close) throws Exception {
        Slow a = new Slow().answers(OK);
        servers.add(a);
        try (LoadBalancer orders =
                LoadBalancers.named("hedge-threads").backends(a.server.url()).build()) {
            HedgedCalls calls = HedgedCalls.of(Evenkeel.wrap(new OkHttpClient(), orders), HedgingPolicy.DEFAULT);
            Request request = GET.newBuilder().url("http://hedge-threads/").build();
            calls.newCall(request).execute().close();
            assertThat(timers()).isEqualTo(1);
            close.accept(orders, calls);
            Eventually.holds("the timer has ended", () -> timers() == 0);
            try (Response response = calls.newCall(request).execute()) {
                assertThat(response.code()).isEqualTo(200);
            } catch (NoBackendAvailableException e) {
                assertThat(e.reason()).isEqualTo(NoBackendAvailableException.Reason.CLOSED);
            }
            assertThat(timers()).isZero();
        }
    }

    private static long timers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("hedge-threads-hedge"))
                .peek(thread -> assertThat(thread.isDaemon()).isTrue())
                .count();
    }

    @Test
    void values_out_of_range_are_refused() {
        HedgingPolicy usual = HedgingPolicy.DEFAULT;
        assertThatThrownBy(() -> usual.withPercentile(49))
                .hasMessage("the percentile of a hedge must be 50 to 99, was 49");
        assertThatThrownBy(() -> usual.withMinimum(Duration.ZERO))
                .hasMessage("the shortest delay of a hedge must be 1 ms to 1 min, was PT0S");
        assertThatThrownBy(() -> usual.withStart(Duration.ofMinutes(2)))
                .hasMessage("the first delay of a hedge must be 1 ms to 1 min, was PT2M");
        assertThat(Arrays.asList(usual.percentile(), usual.withPercentile(50).percentile()))
                .containsExactly(95, 50);
    }
}
