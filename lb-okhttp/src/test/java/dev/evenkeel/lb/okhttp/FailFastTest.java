package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a call gets when there is no backend for it, or the balancer itself is broken. */
@Timeout(60)
class FailFastTest {
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();

    /** Counts what opens or looks for a socket. */
    private static OkHttpClient watched(List<String> seen) {
        return new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void dnsStart(Call call, String domainName) {
                        seen.add("dns " + domainName);
                    }

                    @Override
                    public void connectStart(
                            Call call, java.net.InetSocketAddress inetSocketAddress, java.net.Proxy proxy) {
                        seen.add("connect " + inetSocketAddress);
                    }
                })
                .build();
    }

    @Test
    void no_usable_backend_fails_at_once_without_a_socket() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                LoadBalancer orders =
                        LoadBalancers.named("orders").backends(server.url()).build()) {
            OkHttpClient client = Evenkeel.wrap(watched(seen), orders);
            orders.drain(Endpoint.of(server.url()));

            assertThatThrownBy(() -> client.newCall(GET).execute())
                    .isInstanceOfSatisfying(NoBackendAvailableException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.NONE_USABLE);
                        assertThat(e).hasMessageContaining(server.url() + " draining");
                    });
            assertThat(Ending.of(client.newCall(GET)).failure()).isInstanceOf(NoBackendAvailableException.class);
            assertThat(seen).isEmpty();
            assertThat(server.accepted).hasValue(0);

            orders.resume(Endpoint.of(server.url()));
            client.newCall(GET).execute().close();
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void closed_balancer_and_empty_balancer_say_so() throws IOException {
        LoadBalancer orders =
                LoadBalancers.named("orders").backends("http://127.0.0.1:1").build();
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
        orders.replace(List.of());
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isInstanceOfSatisfying(
                        NoBackendAvailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NONE_KNOWN));
        orders.close();
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isInstanceOfSatisfying(
                        NoBackendAvailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    }

    @Test
    void policy_that_throws_costs_no_call() throws Exception {
        Selector.Factory broken = new Selector.Factory() {
            @Override
            public Selector create(Candidates candidates) {
                return attempt -> {
                    throw new IllegalStateException("mine");
                };
            }

            @Override
            public String name() {
                return "broken";
            }
        };
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                LoadBalancer orders = LoadBalancers.named("orders")
                        .backends(server.url())
                        .policy(broken)
                        .build()) {
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.code()).isEqualTo(200);
            }
            assertThat(Ending.of(client.newCall(GET)).body()).isEqualTo("ok");
        }
    }

    /** A balancer of somebody else's, of which every answer is a RuntimeException. */
    private static LoadBalancer broken(String method) {
        FakeBalancer fake = FakeBalancer.orders("http://127.0.0.1:1");
        return (LoadBalancer) Proxy.newProxyInstance(
                FailFastTest.class.getClassLoader(), new Class<?>[] {LoadBalancer.class}, (self, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        throw new IllegalStateException("mine");
                    }
                    return called.invoke(fake, arguments);
                });
    }

    @Test
    void balancer_that_throws_is_an_io_exception_and_kills_no_thread() throws Exception {
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), broken("acquire"));
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("orders: the balancer failed to give a backend")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(Ending.of(client.newCall(GET)).failure())
                .isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith("orders: ");
    }

    @Test
    void balancer_that_gives_null_is_an_io_exception() throws Exception {
        FakeBalancer fake = FakeBalancer.orders("http://127.0.0.1:1");
        LoadBalancer nothing = (LoadBalancer) Proxy.newProxyInstance(
                FailFastTest.class.getClassLoader(),
                new Class<?>[] {LoadBalancer.class},
                (self, called, arguments) ->
                        called.getName().equals("acquire") ? null : called.invoke(fake, arguments));
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), nothing);
        assertThat(Ending.of(client.newCall(GET)).failure())
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("gave no lease, but null");
    }

    @Test
    void lease_that_throws_when_it_is_told_fails_no_call() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            FakeBalancer fake = FakeBalancer.orders(server.url());
            LoadBalancer throwing = (LoadBalancer) Proxy.newProxyInstance(
                    FailFastTest.class.getClassLoader(),
                    new Class<?>[] {LoadBalancer.class},
                    (self, called, arguments) -> {
                        Object answer = called.invoke(fake, arguments);
                        return answer instanceof Lease lease ? new ThrowingLease(lease) : answer;
                    });
            OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), throwing);
            Ending ending = Ending.of(client.newCall(GET));
            assertThat(ending.body()).isEqualTo("ok");
            assertThat(ending.failure()).isNull();
        }
    }

    /** Of which every answer but the backend is a RuntimeException. */
    private record ThrowingLease(Lease lease) implements Lease {
        @Override
        public Backend backend() {
            return lease.backend();
        }

        @Override
        public void answered(Outcome soFar) {
            throw new IllegalStateException("mine");
        }

        @Override
        public void resent() {
            throw new IllegalStateException("mine");
        }

        @Override
        public boolean complete(Outcome outcome) {
            throw new IllegalStateException("mine");
        }
    }

    @Test
    void host_that_is_no_balancers_name_and_no_other_is_told_with_the_names_there_are() {
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .dns(host -> {
                            throw new UnknownHostException(host + ": no such name");
                        })
                        .build(),
                FakeBalancer.orders("http://127.0.0.1:1"));
        Request mistyped = new Request.Builder().url("http://order/").build();
        assertThatThrownBy(() -> client.newCall(mistyped).execute())
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("order: no such name (order is not the name of a balancer; this client balances [orders])")
                .hasCauseInstanceOf(UnknownHostException.class);
    }
}
