package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WrapTest {
    private static final FakeBalancer ORDERS = FakeBalancer.orders("http://127.0.0.1:1");
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void interceptor_is_the_last_of_the_application_interceptors() {
        Interceptor mine = chain -> chain.proceed(chain.request());
        OkHttpClient client =
                Evenkeel.wrap(new OkHttpClient.Builder().addInterceptor(mine).build(), ORDERS);
        assertThat(client.interceptors()).hasSize(2).startsWith(mine);
        assertThat(client.interceptors().get(1)).isInstanceOf(LoadBalancingInterceptor.class);
    }

    @Test
    void wrapped_client_is_a_call_factory_with_a_base_url_as_any_other() throws IOException {
        try (RawServer server = RawServer.answering(OK);
                LoadBalancer orders = balancer(List.of(server))) {
            Call.Factory calls = Evenkeel.wrap(new OkHttpClient(), orders);
            HttpUrl base = HttpUrl.get("http://orders/v1/");
            Request request = new Request.Builder()
                    .url(base.newBuilder("items").addQueryParameter("q", "a b").build())
                    .build();
            try (Response response = calls.newCall(request).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
                assertThat(response.request().url()).isEqualTo(request.url());
            }
            assertThat(server.heads.get(0)).startsWith("GET /v1/items?q=a%20b HTTP/1.1\r\n");
        }
    }

    @Test
    void wrapping_twice_is_refused() {
        OkHttpClient wrapped = Evenkeel.wrap(new OkHttpClient(), ORDERS);
        for (OkHttpClient client : List.of(wrapped, wrapped.newBuilder().build())) {
            assertThatThrownBy(() -> Evenkeel.wrap(client, FakeBalancer.named("users", "http://127.0.0.1:1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the client must not be wrapped twice, it already balances [orders];"
                            + " give all balancers to one wrap");
        }
    }

    @Test
    void bad_input_is_refused_with_the_value_and_the_rule() {
        OkHttpClient client = new OkHttpClient();
        assertThatThrownBy(() -> Evenkeel.wrap(client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at least one balancer must be given, was none");
        assertThatThrownBy(() -> Evenkeel.wrap(client, ORDERS, FakeBalancer.orders("http://127.0.0.1:2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two balancers must not have one name, was \"orders\"");
        assertThatThrownBy(() -> Evenkeel.wrap(client, FakeBalancer.named("Orders", "http://127.0.0.1:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was \"Orders\"");
        assertThatThrownBy(() -> Evenkeel.wrap(client, FakeBalancer.named("a b/c", "http://127.0.0.1:1")))
                .hasMessageContaining("was \"a b/c\"");
        assertThatThrownBy(LoadBalancingInterceptor::of).hasMessage("at least one balancer must be given, was none");
    }

    @Test
    void null_is_refused() {
        assertThatThrownBy(() -> Evenkeel.wrapping(none())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Evenkeel.wrap(new OkHttpClient(), (LoadBalancer) none()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("balancer");
    }

    /** A null that the checks do not see, as a caller without them has it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T none() {
        return null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.12.0", "5.0.0-alpha.14", "5.3.2", "5.3.99-SNAPSHOT", "3.14.9"})
    void older_okhttp_is_refused_with_the_fix(String version) {
        assertThatThrownBy(() -> OkHttpFloor.check(version))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("5.4.0 or later", version, "okhttp-bom");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.4.0", "5.4.0-SNAPSHOT", "5.5.1", "5.10.0", "6.0.0", "10.1"})
    void newer_okhttp_is_taken(String version) {
        assertThatCode(() -> OkHttpFloor.check(version)).doesNotThrowAnyException();
    }

    @Test
    void dispatcher_that_nobody_chose_is_replaced_and_the_users_is_untouched() {
        OkHttpClient plain = new OkHttpClient();
        OkHttpClient client = Evenkeel.wrap(plain, ORDERS);
        assertThat(client.dispatcher()).isNotSameAs(plain.dispatcher());
        assertThat(client.dispatcher().getMaxRequests()).isEqualTo(256);
        assertThat(client.dispatcher().getMaxRequestsPerHost()).isEqualTo(256);
        assertThat(plain.dispatcher().getMaxRequests()).isEqualTo(64);
        assertThat(plain.dispatcher().getMaxRequestsPerHost()).isEqualTo(5);
    }

    @Test
    void dispatcher_that_somebody_chose_is_kept_as_it_is() {
        Dispatcher limits = new Dispatcher();
        limits.setMaxRequestsPerHost(7);
        Dispatcher idle = new Dispatcher();
        idle.setIdleCallback(() -> {});
        var executor = Executors.newCachedThreadPool();
        try {
            for (Dispatcher chosen : List.of(limits, idle, new Dispatcher(executor))) {
                int before = chosen.getMaxRequestsPerHost();
                OkHttpClient client = Evenkeel.wrap(
                        new OkHttpClient.Builder().dispatcher(chosen).build(), ORDERS);
                assertThat(client.dispatcher()).isSameAs(chosen);
                assertThat(chosen.getMaxRequestsPerHost()).isEqualTo(before);
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void dispatcher_is_small_when_the_backends_share_what_one_host_gets() {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(10);
        assertThat(DispatcherSize.isSmall(dispatcher, 2)).isFalse();
        assertThat(DispatcherSize.isSmall(dispatcher, 3)).isTrue();
    }

    @Test
    void pool_is_replaced_unless_it_is_to_be_kept() {
        ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
        OkHttpClient plain = new OkHttpClient.Builder().connectionPool(pool).build();
        assertThat(Evenkeel.wrap(plain, ORDERS).connectionPool()).isNotSameAs(pool);
        assertThat(Evenkeel.wrapping(plain)
                        .balancers(ORDERS)
                        .keepConnectionPool()
                        .build()
                        .connectionPool())
                .isSameAs(pool);
        assertThat(plain.connectionPool()).isSameAs(pool);
    }

    @Test
    void clients_that_are_wrapped_on_one_pool_share_its_connections() throws IOException {
        try (RawServer server = RawServer.answering(OK)) {
            OkHttpClient plain = new OkHttpClient();
            for (int i = 0; i < 2; i++) {
                OkHttpClient client = Evenkeel.wrapping(plain)
                        .balancers(FakeBalancer.orders(server.url()))
                        .keepConnectionPool()
                        .build();
                assertThat(get(client, "http://orders/")).isEqualTo("ok");
            }
            assertThat(server.accepted).hasValue(1);
            plain.connectionPool().evictAll();
        }
    }

    @Test
    void connections_to_many_backends_are_kept() throws IOException {
        List<RawServer> servers = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                servers.add(RawServer.answering(OK));
            }
            try (LoadBalancer orders = balancer(servers)) {
                OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
                for (int i = 0; i < 40; i++) {
                    assertThat(get(client, "http://orders/")).isEqualTo("ok");
                }
                assertThat(servers).allSatisfy(server -> {
                    assertThat(server.accepted).hasValue(1);
                    assertThat(server.heads).hasSize(5);
                });
            }
        } finally {
            for (RawServer server : servers) {
                server.close();
            }
        }
    }

    private static LoadBalancer balancer(List<RawServer> servers) {
        return LoadBalancers.named("orders")
                .backends(servers.stream().map(RawServer::url).toArray(String[]::new))
                .build();
    }

    private static String get(OkHttpClient client, String url) throws IOException {
        try (Response response =
                client.newCall(new Request.Builder().url(url).build()).execute()) {
            return response.body().string();
        }
    }

    @Test
    void asynchronous_calls_are_with_the_servers_at_a_time_as_many_as_the_dispatcher_says() throws Exception {
        int most = 256;
        CountDownLatch all = new CountDownLatch(most);
        RawServer.Script whenAllAreThere = connection -> {
            connection.readHead();
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        };
        assertThat(most).as("ten times what OkHttp gives one host").isGreaterThan(10 * 5);
        try (RawServer first = RawServer.running(whenAllAreThere);
                RawServer second = RawServer.running(whenAllAreThere);
                LoadBalancer orders = balancer(List.of(first, second))) {
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            List<Ending> endings = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                endings.add(Ending.of(client.newCall(
                        new Request.Builder().url("http://orders/" + i).build())));
            }
            for (Ending ending : endings) {
                assertThat(ending.body()).isEqualTo("ok");
            }
            assertThat(first.heads).hasSize(most / 2);
            assertThat(second.heads).hasSize(most / 2);
        }
    }

    @Test
    void closing_the_last_balancer_leaves_no_thread_and_no_connection() throws Exception {
        try (RawServer server = RawServer.answering(OK)) {
            LoadBalancer first =
                    LoadBalancers.named("first").backends(server.url()).build();
            LoadBalancer second =
                    LoadBalancers.named("second").backends(server.url()).build();
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), first, second);
            assertThat(Ending.of(client.newCall(
                                    new Request.Builder().url("http://first/").build()))
                            .body())
                    .isEqualTo("ok");
            // While a thread runs a call, OkHttp gives it another name.
            Eventually.holds("a dispatcher thread", () -> !dispatcherThreads().isEmpty());
            Eventually.holds(
                    "the connection is idle", () -> client.connectionPool().idleConnectionCount() == 1);

            second.close();
            assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
            first.close();

            Eventually.holds("no connection", () -> client.connectionPool().connectionCount() == 0);
            Eventually.holds("no dispatcher thread", () -> dispatcherThreads().isEmpty());
            Eventually.holds("the server sees it closed", () -> server.ended.get() == 1);
        }
    }

    private static List<Thread> dispatcherThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evenkeel-first+second-dispatcher-"))
                .toList();
    }

    @Test
    void other_hosts_can_be_called_after_the_balancers_are_closed() throws Exception {
        try (RawServer server = RawServer.answering(OK)) {
            LoadBalancer orders = balancer(List.of(server));
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            orders.close();
            assertThat(Ending.of(client.newCall(
                                    new Request.Builder().url(server.url()).build()))
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void call_that_outlives_the_balancer_leaves_no_connection() throws IOException {
        try (RawServer server = RawServer.answering(OK)) {
            LoadBalancer orders = balancer(List.of(server));
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            CountDownLatch told = closing(orders);
            try (Response response = client.newCall(
                            new Request.Builder().url("http://orders/").build())
                    .execute()) {
                orders.close();
                assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
                Eventually.holds("the close was told", () -> told.getCount() == 0);
                assertThat(response.body().string()).isEqualTo("ok");
            }
            Eventually.holds("no connection", () -> client.connectionPool().connectionCount() == 0);
        }
    }

    /** Falls to 0 when the listeners have heard of the close that were there before. */
    private static CountDownLatch closing(LoadBalancer balancer) {
        CountDownLatch told = new CountDownLatch(1);
        balancer.addListener(event -> {
            if (event.kind() == Kind.CLOSED) {
                told.countDown();
            }
        });
        return told;
    }

    @Test
    void balancer_that_is_closed_already_holds_nothing_open() throws IOException {
        try (RawServer server = RawServer.answering(OK)) {
            LoadBalancer users =
                    LoadBalancers.named("users").backends(server.url()).build();
            users.close();
            LoadBalancer orders = balancer(List.of(server));
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), users, orders);
            assertThat(get(client, "http://orders/")).isEqualTo("ok");
            orders.close();
            Eventually.holds("no connection", () -> client.connectionPool().connectionCount() == 0);
        }
    }

    @Test
    void pool_that_was_kept_is_not_emptied() throws IOException {
        try (RawServer server = RawServer.answering(OK)) {
            LoadBalancer orders = balancer(List.of(server));
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(orders)
                    .keepConnectionPool()
                    .build();
            CountDownLatch told = closing(orders);
            assertThat(get(client, "http://orders/")).isEqualTo("ok");
            orders.close();
            Eventually.holds("the close was told", () -> told.getCount() == 0);
            assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
            client.connectionPool().evictAll();
        }
    }
}
