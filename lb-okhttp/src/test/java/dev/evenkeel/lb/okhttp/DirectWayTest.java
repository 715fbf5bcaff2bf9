package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class DirectWayTest {
    private static final Proxy PROXY =
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128));
    private static final Endpoint ENDPOINT = Endpoint.of("https://10.0.0.1");
    private static final long START = Long.MAX_VALUE - 5; // a clock that overflows

    private final Selecting selector = new Selecting();
    private final DirectWay way = new DirectWay(URI.create("https://orders/"), ENDPOINT, "go without");

    /** Names what it is told to, and counts how often it was asked. */
    private static final class Selecting extends ProxySelector {
        private Proxy answer = Proxy.NO_PROXY;
        private int asked;

        @Override
        public List<Proxy> select(URI uri) {
            asked++;
            return List.of(answer);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {
            throw new AssertionError(e);
        }
    }

    private void demand(OkHttpClient.Builder client, long nanosLater) throws IOException {
        OkHttpClient asking = client.addInterceptor(chain -> {
                    way.demand(chain, START + nanosLater);
                    return new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(200)
                            .message("OK")
                            .build();
                })
                .build();
        asking.newCall(new Request.Builder().url("https://orders/").build())
                .execute()
                .close();
    }

    private OkHttpClient.Builder selecting() {
        return new OkHttpClient.Builder().proxySelector(selector);
    }

    @Test
    void selector_that_names_no_proxy_is_asked_again_after_a_second() throws IOException {
        demand(selecting(), 0);
        demand(selecting(), 1);
        demand(selecting(), DirectWay.KNOWN_NANOS - 1);
        assertThat(selector.asked).isEqualTo(1);

        selector.answer = PROXY;
        assertThatThrownBy(() -> demand(selecting(), DirectWay.KNOWN_NANOS))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot connect to " + ENDPOINT + " through the proxy HTTP @ proxy.example")
                .hasMessageEndingWith("it would resolve the name by itself; go without");
    }

    @Test
    void proxy_that_is_gone_stops_no_further_call() throws IOException {
        selector.answer = PROXY;
        assertThatThrownBy(() -> demand(selecting(), 0)).isInstanceOf(IOException.class);

        selector.answer = Proxy.NO_PROXY;
        demand(selecting(), 1);
    }

    @Test
    void what_one_selector_said_is_not_taken_for_what_another_says() throws IOException {
        demand(selecting(), 0);

        Selecting other = new Selecting();
        other.answer = PROXY;
        assertThatThrownBy(() -> demand(new OkHttpClient.Builder().proxySelector(other), 1))
                .isInstanceOf(IOException.class);
    }

    @Test
    void proxy_of_the_client_itself_is_refused_whatever_was_selected_before() throws IOException {
        demand(selecting(), 0);

        assertThatThrownBy(() -> demand(selecting().proxy(PROXY), 1)).isInstanceOf(IOException.class);
        demand(selecting().proxy(Proxy.NO_PROXY), 2);
        assertThat(selector.asked).isEqualTo(1);
    }
}
