package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RewriteTest {
    private static final String EMPTY_OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private RawServer server;

    @BeforeEach
    void start() throws IOException {
        server = RawServer.answering(EMPTY_OK);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private OkHttpClient client(String... urls) {
        return Evenkeel.wrap(new OkHttpClient(), FakeBalancer.orders(urls));
    }

    private static Response get(OkHttpClient client, HttpUrl url) throws IOException {
        try (Response response =
                client.newCall(new Request.Builder().url(url).build()).execute()) {
            return response;
        }
    }

    private static Response get(OkHttpClient client, String url) throws IOException {
        return get(client, HttpUrl.get(url));
    }

    private String requestTarget() {
        String head = server.heads.get(server.heads.size() - 1);
        return head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/items",
                "/v1/items/",
                "/...",
                "//",
                "//a",
                "/a//b/",
                "/a///",
                "/;a=b;c/d",
                "/%2F",
                "/a%2fb%2Fc",
                "/%20",
                "/a+b",
                "/%2B",
                "/%zz",
                "/100%",
                "/%E2%82%AC",
                "/a:b@c",
                "/~!$&'()*+,=",
                "/[]",
                "/a|b",
                "/?",
                "/?a",
                "/?a=",
                "/?=",
                "/?&&",
                "/?a=b&a=c",
                "/?a=b+c&d=%20&e=%2B",
                "/?a=%26%3D%23",
                "/?a=/?b",
                "/?'\"<>",
                "/?%zz",
                "/?a=%E2%82%AC",
                "/?x=[]{}|\\^`"
            })
    void path_and_query_arrive_byte_for_byte(String pathAndQuery) throws IOException {
        HttpUrl logical = HttpUrl.get("http://orders" + pathAndQuery);
        String expected = logical.toString().substring("http://orders".length());

        assertThat(get(client(server.url()), logical).request().url()).isEqualTo(logical);
        assertThat(requestTarget()).isEqualTo(expected);

        assertThat(get(client(server.url() + "/v2/x%2Fy"), logical).request().url())
                .isEqualTo(logical);
        assertThat(requestTarget()).isEqualTo("/v2/x%2Fy" + expected);
    }

    @Test
    void unicode_arrives_as_okhttp_encodes_it() throws IOException {
        get(client(server.url()), "http://orders/\u20ac/\ud83d\ude00?q=\u00e9");
        assertThat(requestTarget()).isEqualTo("/%E2%82%AC/%F0%9F%98%80?q=%C3%A9");
    }

    @Test
    void any_url_arrives_as_it_is() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab/;%25+?&=.#~\\ []{}|'\"<>^`:@!$,()*-_\u00e9\u20ac\t";
        List<String> endpoints = List.of(
                "http://10.0.0.1:81",
                "https://10.0.0.1:81/p//q",
                "http://[::1]:81/%70%2F/q",
                "http://a/p//",
                "http://a//");
        List<RewriteTarget> targets = new ArrayList<>();
        for (String endpoint : endpoints) {
            targets.add(RewriteTarget.of("orders", Endpoint.of(endpoint)));
        }
        for (int i = 0; i < 5_000; i++) {
            HttpUrl logical = random(random, alphabet);
            String rest = logical.toString().substring("http://orders".length());
            for (int which = 0; which < targets.size(); which++) {
                // An endpoint's last slash is the first one of the path.
                String below = endpoints.get(which).endsWith("/")
                        ? endpoints.get(which) + rest.substring(1)
                        : endpoints.get(which) + rest;
                assertThat(targets.get(which).rewrite(logical))
                        .describedAs("seed %d, %s", seed, logical)
                        .hasToString(below);
            }
        }
    }

    @Test
    void url_that_came_twice_is_kept_unless_it_holds_what_is_nobodys_to_keep() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("http://10.0.0.1:81"));
        HttpUrl plain = HttpUrl.get("http://orders/a#b");
        HttpUrl once = target.rewrite(plain);
        HttpUrl twice = target.rewrite(HttpUrl.get("http://orders/a#b"));
        assertThat(twice).isEqualTo(once).isNotSameAs(once);
        assertThat(target.rewrite(HttpUrl.get("http://orders/a#b"))).isSameAs(twice);
        assertThat(target.rewrite(HttpUrl.get("http://orders/a"))).hasToString("http://10.0.0.1:81/a");
        for (String url : List.of("http://orders/?token=secret", "http://me:secret@orders/")) {
            target.rewrite(HttpUrl.get(url));
            assertThat(target.rewrite(HttpUrl.get(url))).isNotSameAs(target.rewrite(HttpUrl.get(url)));
        }
    }

    @Test
    void urls_that_are_kept_are_bounded() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("http://10.0.0.1:81"));
        HttpUrl first = rewrittenTwice(target, 0);
        for (int i = 1; i <= 64; i++) {
            rewrittenTwice(target, i);
        }
        assertThat(rewrittenTwice(target, 0)).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void url_that_repeats_is_kept_among_any_number_that_do_not() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("http://10.0.0.1:81"));
        HttpUrl kept = rewrittenTwice(target, 0);
        for (int i = 1; i <= 1_000; i++) {
            target.rewrite(HttpUrl.get("http://orders/" + i));
        }
        assertThat(rewrittenTwice(target, 0)).isSameAs(kept);
    }

    @Test
    void url_holds_nothing_of_the_one_before() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("http://10.0.0.1:81/p"));
        assertThat(target.rewrite(HttpUrl.get("http://orders/a/b?token=secret")))
                .hasToString("http://10.0.0.1:81/p/a/b?token=secret");
        assertThat(target.rewrite(HttpUrl.get("http://orders/"))).hasToString("http://10.0.0.1:81/p/");
        assertThat(target.rewrite(HttpUrl.get("http://me:pw@orders/c?d#e")))
                .hasToString("http://me:pw@10.0.0.1:81/p/c?d#e");
        assertThat(target.rewrite(HttpUrl.get("http://orders/f"))).hasToString("http://10.0.0.1:81/p/f");
    }

    private static HttpUrl rewrittenTwice(RewriteTarget target, int number) {
        target.rewrite(HttpUrl.get("http://orders/" + number));
        HttpUrl built = target.rewrite(HttpUrl.get("http://orders/" + number));
        assertThat(built).hasToString("http://10.0.0.1:81/" + number);
        return built;
    }

    private static HttpUrl random(Random random, String alphabet) {
        if (random.nextBoolean()) {
            return HttpUrl.get("http://orders/" + text(random, alphabet));
        }
        HttpUrl.Builder builder = HttpUrl.get("http://orders/").newBuilder().addPathSegments(text(random, alphabet));
        if (random.nextBoolean()) {
            builder.addPathSegment(text(random, alphabet)).addEncodedPathSegment(text(random, alphabet));
        }
        if (random.nextBoolean()) {
            builder.addQueryParameter(text(random, alphabet), random.nextBoolean() ? text(random, alphabet) : null)
                    .addEncodedQueryParameter(text(random, alphabet), text(random, alphabet));
        }
        return builder.fragment(random.nextBoolean() ? text(random, alphabet) : null)
                .build();
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void caller_sees_its_own_url_with_fragment_and_user_info() throws IOException {
        String logical = "https://me:pw@orders/a?b#c%20d";
        assertThat(get(client(server.url() + "/v2"), logical).request().url()).isEqualTo(HttpUrl.get(logical));
    }

    @Test
    void caller_can_tell_which_backend_answered() throws IOException {
        Response response = get(client(server.url()), "http://orders/");

        assertThat(response.request().tag(Backend.class).endpoint()).isEqualTo(Endpoint.of(server.url()));
        assertThat(response.networkResponse().request().url()).isEqualTo(HttpUrl.get(server.url()));
    }

    @Test
    void tags_and_headers_of_the_request_are_kept() throws IOException {
        Request request = new Request.Builder()
                .url("http://orders/")
                .header("X-Mine", "1")
                .tag(String.class, "mine")
                .build();
        try (Response response = client(server.url()).newCall(request).execute()) {
            assertThat(response.request().tag(String.class)).isEqualTo("mine");
            assertThat(response.request().header("X-Mine")).isEqualTo("1");
            assertThat(server.heads.get(0)).contains("X-Mine: 1\r\n");
        }
    }

    @Test
    void host_header_is_the_backends() throws IOException {
        get(client(server.url()), "http://orders/");
        assertThat(server.heads.get(0)).contains("Host: 127.0.0.1:" + server.port() + "\r\n");
    }

    @Test
    void explicit_host_header_is_kept() throws IOException {
        Request request = new Request.Builder()
                .url("http://orders/")
                .header("Host", "orders.example")
                .build();
        try (Response response = client(server.url()).newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.heads.get(0)).contains("Host: orders.example\r\n").doesNotContain("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://orders/", "https://orders/", "https://orders:443/", "http://ORDERS/"})
    void logical_scheme_makes_no_difference(String url) throws IOException {
        assertThat(get(client(server.url()), url).code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://orders:8080/", "http://orders:443/", "https://orders:80/"})
    void logical_url_with_a_port_is_refused(String url) {
        FakeBalancer balancer = FakeBalancer.orders(server.url());
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), balancer);
        assertThatThrownBy(() -> get(client, url))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("balancer orders must have no port, was "
                        + HttpUrl.get(url).port());
        assertThat(balancer.acquired()).isZero();
        assertThat(server.accepted).hasValue(0);
    }

    @Test
    void other_hosts_are_left_alone() throws IOException {
        FakeBalancer balancer = FakeBalancer.orders("http://127.0.0.1:1");
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), balancer);

        Response response = get(client, server.url() + "/x");

        assertThat(response.request().url()).hasToString(server.url() + "/x");
        assertThat(response.request().tag(Backend.class)).isNull();
        assertThat(balancer.acquired()).isZero();
    }

    @Test
    void each_name_has_its_own_balancer() throws IOException {
        try (RawServer other = RawServer.answering(EMPTY_OK)) {
            OkHttpClient client = Evenkeel.wrap(
                    new OkHttpClient(), FakeBalancer.orders(server.url()), FakeBalancer.named("users", other.url()));
            get(client, "http://users/u");
            get(client, "http://orders/o");
            assertThat(other.heads).singleElement().asString().startsWith("GET /u ");
            assertThat(server.heads).singleElement().asString().startsWith("GET /o ");
        }
    }

    @Test
    void backends_take_turns() throws IOException {
        try (RawServer other = RawServer.answering(EMPTY_OK)) {
            OkHttpClient client = client(server.url(), other.url());
            for (int i = 0; i < 6; i++) {
                get(client, "http://orders/" + i);
            }
            assertThat(server.heads).hasSize(3);
            assertThat(other.heads).hasSize(3);
        }
    }

    @Test
    void redirect_below_the_prefix_is_seen_as_logical_in_every_response() throws IOException {
        try (RawServer redirecting = RawServer.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                String to = head.startsWith("GET /v2/a ") ? "/v2/b?x=%2F" : head.startsWith("GET /v2/b") ? "c" : "";
                connection.write(
                        to.isEmpty()
                                ? EMPTY_OK
                                : "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            Response last = get(client(redirecting.url() + "/v2"), "https://orders/a");

            assertThat(last.code()).isEqualTo(200);
            assertThat(last.request().url()).hasToString("https://orders/c");
            Response middle = last.priorResponse();
            assertThat(middle.request().url()).hasToString("https://orders/b?x=%2F");
            Response first = middle.priorResponse();
            assertThat(first.request().url()).hasToString("https://orders/a");
            assertThat(first.priorResponse()).isNull();
            assertThat(first.code()).isEqualTo(302);
        }
    }

    @Test
    void url_that_is_not_the_backends_is_shown_as_it_is() throws IOException {
        try (RawServer redirecting = RawServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: " + server.url() + "/else\r\nContent-Length: 0\r\n\r\n")) {
            Response response = get(client(redirecting.url()), "http://orders/a");

            assertThat(response.request().url()).hasToString(server.url() + "/else");
            assertThat(response.priorResponse().request().url()).hasToString("http://orders/a");
        }
    }

    @Test
    void redirect_out_of_the_prefix_is_shown_as_it_is() throws IOException {
        try (RawServer redirecting = RawServer.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.write(
                        head.startsWith("GET /v2/")
                                ? "HTTP/1.1 302 Found\r\nLocation: /v2x\r\nContent-Length: 0\r\n\r\n"
                                : EMPTY_OK);
            }
        })) {
            Response response = get(client(redirecting.url() + "/v2"), "http://orders/a");
            assertThat(response.request().url()).hasToString(redirecting.url() + "/v2x");
        }
    }

    @Test
    void backend_on_ipv6_is_reached() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("http://[::1]:8080/v2"));
        assertThat(target.rewrite(HttpUrl.get("http://orders/a"))).hasToString("http://[::1]:8080/v2/a");
    }

    @Test
    void backend_on_tls_is_reached_by_its_own_name() throws IOException {
        RewriteTarget target = RewriteTarget.of("orders", Endpoint.of("https://a.example"));
        assertThat(target.rewrite(HttpUrl.get("http://orders/a"))).hasToString("https://a.example/a");
    }

    @Test
    void endpoint_that_okhttp_cannot_call_is_an_io_exception() {
        FakeBalancer balancer = FakeBalancer.orders("http://" + "a".repeat(64) + ":80");
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), balancer);
        assertThatThrownBy(() -> get(client, "http://orders/"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("OkHttp cannot call the endpoint http://aaa");
        assertThat(balancer.inFlight()).isZero();
    }
}
