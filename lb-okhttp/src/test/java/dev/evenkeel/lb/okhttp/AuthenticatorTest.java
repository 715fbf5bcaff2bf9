package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A 401 that an {@link Authenticator} answers: OkHttp goes on below us, so it is one attempt on one backend. */
@Timeout(60)
class AuthenticatorTest extends BalancedCalls {
    private static final String CHALLENGE =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n";
    private static final Request TOKEN =
            new Request.Builder().url("http://orders/token").build();

    private static final RawServer.Script GUARDED = connection -> {
        for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            boolean open = head.startsWith("GET /token ") || head.contains("Authorization: Bearer ok\r\n");
            connection.write(open ? OK : CHALLENGE);
        }
    };

    private static Request with(String token, Response challenge) {
        return challenge
                .request()
                .newBuilder()
                .header("Authorization", "Bearer " + token)
                .build();
    }

    @Test
    void challenge_that_is_met_is_one_attempt_and_one_success() throws IOException {
        List<Integer> inFlight = new CopyOnWriteArrayList<>();
        OkHttpClient client = client(
                GUARDED,
                builder -> builder.authenticator((route, challenge) -> {
                    inFlight.add(balancer.inFlight());
                    return with("ok", challenge);
                }));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(GET.url());
            Response challenge = response.priorResponse();
            assertThat(challenge).isNotNull();
            assertThat(challenge.code()).isEqualTo(401);
            assertThat(challenge.request().url()).isEqualTo(GET.url());
        }
        assertThat(inFlight).containsExactly(1);
        assertThat(server.heads).hasSize(2);
        assertThat(balancer.acquired()).isEqualTo(1);
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void post_that_is_challenged_is_sent_again_to_the_same_backend() throws IOException {
        RawServer.Script guarded = connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                assertThat(connection.in().read()).isEqualTo('x');
                connection.write(head.contains("Authorization: Bearer ok\r\n") ? OK : CHALLENGE);
            }
        };
        OkHttpClient client =
                client(guarded, builder -> builder.authenticator((route, challenge) -> with("ok", challenge)));
        try (Response response = client.newCall(POST).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(server.heads).hasSize(2).allMatch(head -> head.startsWith("POST / "));
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void challenge_that_is_given_up_is_the_callers_401_and_no_fault_of_the_backend() throws IOException {
        OkHttpClient client = client(GUARDED, builder -> builder.authenticator(Authenticator.NONE));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(401);
        }
        assertThat(server.heads).hasSize(1);
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void authenticator_that_never_gives_up_is_stopped_and_blames_no_backend() throws IOException {
        OkHttpClient client =
                client(GUARDED, builder -> builder.authenticator((route, challenge) -> with("wrong", challenge)));
        assertThatThrownBy(() -> client.newCall(GET).execute()).hasMessage("Too many follow-up requests: 21");
        assertThat(server.heads).hasSize(21);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void authenticator_that_fails_blames_no_backend() throws IOException {
        OkHttpClient client = client(
                GUARDED,
                builder -> builder.authenticator((route, challenge) -> {
                    throw new IOException("the vault is shut");
                }));
        assertThatThrownBy(() -> client.newCall(GET).execute()).hasMessage("the vault is shut");
        assertThat(server.heads).hasSize(1);
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void backend_is_blamed_for_what_breaks_after_the_challenge_was_met() throws IOException {
        RawServer.Script broken = connection -> {
            connection.readHead();
            connection.write(CHALLENGE);
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Le");
        };
        OkHttpClient client = client(
                broken,
                builder -> builder.retryOnConnectionFailure(false)
                        .authenticator((route, challenge) -> with("ok", challenge)));
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class);
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void authenticator_that_asks_through_the_same_client_has_an_attempt_of_its_own() throws IOException {
        CompletableFuture<OkHttpClient> self = new CompletableFuture<>();
        List<Integer> inFlight = new CopyOnWriteArrayList<>();
        OkHttpClient client = client(
                GUARDED,
                builder -> builder.authenticator((route, challenge) -> {
                    try (Response token = self.join().newCall(TOKEN).execute()) {
                        inFlight.add(balancer.inFlight());
                        return with(token.body().string(), challenge);
                    }
                }));
        self.complete(client);
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(inFlight).containsExactly(2);
        assertThat(server.heads).hasSize(3);
        assertThat(balancer.acquired()).isEqualTo(2);
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }
}
