package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user says of the endings of attempts, right and wrong. */
@Timeout(60)
class OutcomeClassifierTest extends BalancedCalls {
    private static final String BAD = "HTTP/1.1 503 X\r\nContent-Length: 3\r\n\r\nbad";

    private OkHttpClient wrapped(RawServer.Script script, OutcomeClassifier classifier) throws IOException {
        server.close();
        server = RawServer.running(script);
        balancer = FakeBalancer.orders(server.url(), server.url() + "/again");
        return Evenkeel.wrapping(new OkHttpClient())
                .balancers(balancer)
                .outcomes(classifier)
                .build();
    }

    /** Answers, and fails where there is nothing to answer with. */
    private record Says(@Nullable Outcome outcome, @Nullable RuntimeException thrown, List<String> asked)
            implements OutcomeClassifier {
        static Says outcome(@Nullable Outcome outcome) {
            return new Says(outcome, null, new ArrayList<>());
        }

        static Says throwing() {
            return new Says(null, new IllegalStateException("broken"), new ArrayList<>());
        }

        @Override
        @SuppressWarnings("NullAway") // what a user without null checks would do
        public Outcome ofResponse(Response response, Outcome usual) {
            return say(usual);
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public Outcome ofFailure(IOException failure, Outcome usual) {
            return say(usual);
        }

        private @Nullable Outcome say(Outcome usual) {
            asked.add(usual.kind().toString());
            if (thrown != null) {
                throw thrown;
            }
            return outcome;
        }

        @Override
        public String toString() {
            return "mine";
        }
    }

    @Test
    void a_blameless_status_is_the_callers_and_not_tried_elsewhere() throws IOException {
        Says mine = Says.outcome(Outcome.SUCCESS);
        try (Response response = wrapped(once(BAD), mine).newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(503);
        }
        assertOutcomes(Kind.SUCCESS);
        assertThat(mine.asked).containsExactly("FAILURE");
    }

    @Test
    void a_failure_is_judged_once_for_each_attempt() throws IOException {
        Says mine = Says.outcome(Outcome.REJECTED);
        OkHttpClient client = wrapped(RawServer.Connection::readHead, mine);
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.REJECTED, Kind.REJECTED);
        assertThat(mine.asked).containsExactly("FAILURE", "FAILURE");
    }

    @Test
    void an_exception_for_a_response_ends_the_call_and_names_the_classifier() throws IOException {
        OkHttpClient client = wrapped(once(BAD), Says.throwing());
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the outcome classifier mine threw java.lang.IllegalStateException: broken for the status 503")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void null_for_a_response_ends_the_call_and_names_the_classifier() throws Exception {
        OkHttpClient client = wrapped(once(OK), Says.outcome(null));
        Ending ending = Ending.of(client.newCall(GET));
        assertThat(ending.failure()).hasMessage("the outcome classifier mine returned null for the status 200");
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void what_it_does_wrong_for_a_failure_is_told_beside_it() throws IOException {
        for (Says mine : List.of(Says.throwing(), Says.outcome(null))) {
            OkHttpClient client = wrapped(RawServer.Connection::readHead, mine);
            assertThatThrownBy(() -> client.newCall(POST).execute())
                    .isInstanceOf(IOException.class)
                    .satisfies(failure -> assertThat(failure.getSuppressed()[0])
                            .hasMessageStartingWith("the outcome classifier mine ")
                            .hasMessageEndingWith(" for " + failure));
            assertOutcomes(Kind.FAILURE);
        }
    }

    @Test
    void a_body_that_breaks_off_is_judged_by_it_too() throws IOException {
        OkHttpClient client = wrapped(once("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), new OutcomeClassifier() {
            @Override
            public Outcome ofFailure(IOException failure, Outcome usual) {
                return Outcome.IGNORED;
            }
        });
        Response response = client.newCall(GET).execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.IGNORED);
    }
}
