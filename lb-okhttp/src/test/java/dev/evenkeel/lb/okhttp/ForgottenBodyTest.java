package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A response that is neither read nor closed holds its slot until the garbage collector finds it, and no longer. */
@Timeout(60)
class ForgottenBodyTest extends BalancedCalls {
    private static final String LONG = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000);

    /** In a frame of its own, so that none here refers to the response. */
    private static void forget(OkHttpClient client) throws IOException {
        assertThat(client.newCall(GET).execute().code()).isEqualTo(200);
    }

    /** Collects, and makes a call now and then, until so many calls are in flight. */
    private void collectUntilInFlight(OkHttpClient client, int expected) throws IOException {
        Garbage.collectedUntil(expected + " in flight", () -> {
            callOnce(client);
            return balancer.inFlight() == expected;
        });
    }

    private static void callOnce(OkHttpClient client) {
        try {
            client.newCall(GET).execute().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void forgotten_body_frees_its_slot_and_blames_nobody() throws IOException {
        OkHttpClient client = answering(LONG);
        forget(client);
        forget(client);
        assertInFlight(2);
        collectUntilInFlight(client, 0);
        assertThat(balancer.kinds().stream().filter(kind -> kind == Kind.IGNORED))
                .hasSize(2);
        assertThat(balancer.kinds()).doesNotContain(Kind.FAILURE, Kind.UNREACHABLE);
    }

    @Test
    void body_that_is_still_held_is_not_freed() throws IOException {
        OkHttpClient client = answering(LONG);
        Response held = client.newCall(GET).execute();
        BufferedSource source = client.newCall(GET).execute().body().source();
        forget(client);
        assertInFlight(3);
        collectUntilInFlight(client, 2);
        collectUntilInFlight(client, 2);
        assertThat(held.body().string()).hasSize(100_000);
        assertThat(source.readUtf8()).hasSize(100_000);
        assertThat(balancer.kinds().stream().filter(kind -> kind == Kind.IGNORED))
                .hasSize(1);
    }

    @Test
    void every_proper_ending_leaves_nothing_behind() throws Exception {
        OkHttpClient client = answering(LONG);
        int before = ForgottenBody.open();
        client.newCall(GET).execute().close();
        assertThat(client.newCall(GET).execute().body().string()).hasSize(100_000);
        Response response = client.newCall(GET).execute();
        assertThat(ForgottenBody.open()).isEqualTo(before + 1);
        response.body().source().readByte();
        response.close();
        Call cancelled = client.newCall(GET);
        Response late = cancelled.execute();
        cancelled.cancel();
        late.close();
        assertThat(Ending.of(client.newCall(GET)).body()).hasSize(100_000);
        server.close();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        Eventually.holds("nobody is watched", () -> ForgottenBody.open() <= before);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2", "0, 2, 1", "1, 0, 2", "1, 2, 0", "2, 0, 1", "2, 1, 0"})
    void calls_of_one_thread_may_end_in_any_order(int first, int second, int third) throws IOException {
        OkHttpClient client = answering(LONG);
        int before = ForgottenBody.open();
        List<Response> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(client.newCall(GET).execute());
        }
        int left = open.size();
        assertThat(ForgottenBody.open()).isEqualTo(before + left);
        for (int next : List.of(first, second, third)) {
            open.get(next).close();
            left--;
            assertThat(ForgottenBody.open()).isEqualTo(before + left);
        }
    }

    @Test
    void call_that_has_ended_and_is_collected_before_its_watch_is_left_alone() throws Exception {
        balancer = FakeBalancer.orders("http://a");
        Lease lease = balancer.acquire(Attempt.PLAIN);
        ForgottenBody ended = watchOfCollectable(lease);
        ended.ended(ended);
        Garbage.collectedUntil("the call is gone", () -> ended.refersTo(null));
        watchOfCollectable(balancer.acquire(Attempt.PLAIN)); // queued later than the first
        Garbage.collectedUntil("the other call is found", () -> {
            ForgottenBody.freeCollected();
            return balancer.inFlight() == 1;
        });
        assertThat(ended.refersTo(null)).isTrue(); // and was itself not collected until now
        lease.complete(Outcome.SUCCESS);
        assertOutcomes(Kind.IGNORED, Kind.SUCCESS);
    }

    /** In a frame of its own, so that none here refers to the call. */
    private static ForgottenBody watchOfCollectable(Lease lease) {
        TrackedAttempt attempt = new TrackedAttempt(lease, new GuardedClassifier(OutcomeClassifier.USUAL), false);
        Call call = new OkHttpClient().newCall(GET);
        return ForgottenBody.watch(call, attempt, new ConnectionHold(WrapResources.none()));
    }

    @Test
    void client_is_told_once_what_to_do() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            OkHttpClient client = answering(LONG);
            for (int i = 0; i < 2; i++) {
                forget(client);
                collectUntilInFlight(client, 0);
            }
        } finally {
            System.setErr(before);
        }
        // Bodies that other tests forgot are found by any client's calls.
        String told = log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(server.url()))
                .collect(Collectors.joining("\n"));
        assertThat(told)
                .containsOnlyOnce("was neither read to its end nor closed")
                .contains("WARN")
                .contains("close each response");
    }

    @Test
    void connection_of_a_forgotten_body_is_closed_when_its_backend_goes() throws IOException {
        OkHttpClient client = answering(LONG);
        forget(client);
        balancer.goesOutOfService(server.url());
        assertThat(server.ended).hasValue(0);
        Garbage.collectedUntil("the connection is closed", () -> {
            balancer.goesOutOfService(server.url()); // no call, which the departed backend would get
            return server.ended.get() == 1;
        });
        assertInFlight(0);
    }
}
