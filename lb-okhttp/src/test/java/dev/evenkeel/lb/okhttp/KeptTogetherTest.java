package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.ConsistentHash;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.select.Sticky;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that belong together meet one server, over real sockets. */
@Timeout(60)
class KeptTogetherTest {
    private static final Request GET =
            new Request.Builder().url("http://orders/cart").build();

    private final List<MockWebServer> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            MockWebServer server = new MockWebServer();
            String body = "server " + i;
            server.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder().body(body).build();
                }
            });
            server.start();
            servers.add(server);
        }
    }

    @AfterEach
    void stop() {
        servers.forEach(MockWebServer::close);
    }

    private LoadBalancer orders(Selector.Factory policy) {
        return LoadBalancers.named("orders")
                .backends(servers.stream()
                        .map(server -> "http://127.0.0.1:" + server.getPort())
                        .toArray(String[]::new))
                .policy(policy)
                .build();
    }

    /** One user's side of it: shows the token it has, and takes the one it is issued. */
    private static final class User {
        private @Nullable String token;

        String visit(OkHttpClient client, Sticky sticky) throws IOException {
            Request request =
                    GET.newBuilder().tag(Attempt.class, Attempt.sticking(token)).build();
            try (Response response = client.newCall(request).execute()) {
                Backend backend = response.request().tag(Backend.class);
                assertThat(backend).isNotNull();
                token = sticky.token(backend);
                return response.body().string();
            }
        }
    }

    @Test
    void a_user_with_a_token_stays_until_the_backend_goes_and_then_stays_at_another() throws IOException {
        Supplier<Sticky> policy =
                () -> Sticky.over(RoundRobin.policy(), "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        User ada = new User();
        String home;
        Sticky sticky = policy.get();
        try (LoadBalancer orders = orders(sticky)) {
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            home = ada.visit(client, sticky);
            for (int i = 0; i < 5; i++) {
                assertThat(ada.visit(client, sticky)).isEqualTo(home);
                new User().visit(client, sticky);
            }
        }
        Sticky restarted = policy.get();
        try (LoadBalancer orders = orders(restarted)) {
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            String before = ada.token;
            for (int i = 0; i < 5; i++) {
                assertThat(ada.visit(client, restarted)).as("after a restart").isEqualTo(home);
            }
            assertThat(ada.token).isEqualTo(before).doesNotContain("127");
            int at = Integer.parseInt(home.substring("server ".length()));
            orders.drain(Endpoint.of("http://127.0.0.1:" + servers.get(at).getPort()));
            String second = ada.visit(client, restarted);
            assertThat(second).isNotEqualTo(home);
            assertThat(ada.token).as("a new token").isNotEqualTo(before);
            for (int i = 0; i < 5; i++) {
                assertThat(ada.visit(client, restarted)).isEqualTo(second);
            }
        }
    }

    @Test
    void calls_with_one_key_meet_one_server_and_all_servers_have_keys() throws IOException {
        try (LoadBalancer orders = orders(ConsistentHash.policy())) {
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(orders)
                    .attempts(AttemptSource.keyedByHeader("X-User"))
                    .build();
            Set<String> seen = new HashSet<>();
            for (int user = 0; user < 40; user++) {
                Set<String> of = new HashSet<>();
                for (int i = 0; i < 3; i++) {
                    of.add(body(
                            client,
                            GET.newBuilder().header("X-User", "user-" + user).build()));
                }
                assertThat(of).as("servers of user %d", user).hasSize(1);
                seen.addAll(of);
            }
            assertThat(seen)
                    .as("40 users miss one of 3 servers with a chance of 3 in 10^7")
                    .hasSize(3);
        }
    }

    private static String body(OkHttpClient client, Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        }
    }
}
