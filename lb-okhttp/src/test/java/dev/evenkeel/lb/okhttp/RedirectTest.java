package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects that leave a pinned backend and come back, and those that have a body sent again. */
@Timeout(60)
class RedirectTest extends PinnedServers {
    private static final Request ASKED =
            GET.newBuilder().header("Authorization", "secret").build();
    private static final String BACK = "https://" + NAME + "/back";
    private static final MockResponse END =
            new MockResponse.Builder().body("end").build();

    /** Keeps all cookies and gives each to the URLs that it is for. */
    private static final class Jar implements CookieJar {
        private final List<Cookie> kept = new CopyOnWriteArrayList<>();

        @Override
        public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
            kept.addAll(cookies);
        }

        @Override
        public List<Cookie> loadForRequest(HttpUrl url) {
            return kept.stream().filter(cookie -> cookie.matches(url)).toList();
        }
    }

    private static MockResponse redirect(int code, String location, String cookie) {
        return redirect(code, location)
                .newBuilder()
                .setHeader("Set-Cookie", cookie)
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void from_a_third_host_a_call_comes_back_to_the_backend_that_led_there(int code) throws Exception {
        List<Integer> inFlight = new CopyOnWriteArrayList<>();
        MockWebServer third = server(1, request -> {
            inFlight.add(orders.inFlight());
            return redirect(code, BACK, "theirs=3");
        });
        String there = "https://elsewhere.test:" + third.getPort() + "/x";
        MockWebServer two = server(2, request -> {
            inFlight.add(orders.inFlight());
            return request.getTarget().equals("/a") ? redirect(code, there, "ours=2; Domain=" + NAME) : END;
        });
        MockWebServer three = server(3, saying("another backend"));
        Jar jar = new Jar();
        OkHttpClient client = pinned(base().cookieJar(jar), at("https", 2, two), at("https", 3, three));
        try (Response response = client.newCall(ASKED).execute()) {
            assertThat(orders.inFlight()).isEqualTo(1);
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.request().url()).hasToString(BACK);
            assertThat(response.request().tag(Backend.class).endpoint().url()).isEqualTo(at("https", 2, two));
            Response fromThird = response.priorResponse();
            assertThat(fromThird.request().url()).hasToString(there);
            assertThat(fromThird.header("Location")).isEqualTo(BACK);
            assertThat(fromThird.priorResponse().request().url()).isEqualTo(ASKED.url());
        }
        RecordedRequest first = two.takeRequest();
        RecordedRequest second = third.takeRequest();
        RecordedRequest last = two.takeRequest();
        assertThat(last.getUrl()).hasToString(BACK);
        assertThat(last.getConnectionIndex()).as("the connection is used again").isZero();
        assertThat(last.getHandshakeServerNames()).containsExactly(NAME);
        assertThat(List.of(first, second, last))
                .as("OkHttp leaves it out for good where the host changes")
                .extracting(request -> request.getHeaders().get("Authorization"))
                .containsExactly("secret", null, null);
        assertThat(List.of(first, second, last))
                .extracting(request -> request.getHeaders().get("Cookie"))
                .containsExactly(null, null, "ours=2");
        assertThat(jar.kept).extracting(Cookie::domain).containsExactly(NAME, "elsewhere.test");
        assertThat(three.getRequestCount()).isZero();
        assertThat(looked).containsExactly("elsewhere.test");
        assertThat(inFlight).containsExactly(1, 1, 1);
        assertThat(orders.inFlight()).isZero();
        assertThat(orders.acquired()).isEqualTo(1);
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_host_header_of_the_callers_is_for_the_backends_only(Transport transport) throws Exception {
        MockWebServer third = server(1, request -> redirect(307, BACK));
        String there = "https://elsewhere.test:" + third.getPort() + "/x";
        MockWebServer two = server(2, request -> switch (request.getTarget()) {
            case "/a" -> redirect(307, "/b");
            case "/b" -> redirect(307, there);
            default -> END;
        });
        OkHttpClient client = wrapped(base(Protocol.HTTP_1_1), transport, at("https", 2, two));
        Request asked = ASKED.newBuilder().header("Host", "inside.test").build();
        try (Response response = client.newCall(asked).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
        }
        assertThat(third.takeRequest().getHeaders().get("Host")).isEqualTo("elsewhere.test:" + third.getPort());
        assertThat(List.of(two.takeRequest(), two.takeRequest(), two.takeRequest()))
                .extracting(request -> request.getHeaders().get("Host"))
                .containsOnly("inside.test");
    }

    static List<Post> ways() {
        List<Post> ways = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (Protocol protocol : List.of(Protocol.HTTP_1_1, Protocol.HTTP_2)) {
                for (int code : List.of(301, 302, 303, 307, 308)) {
                    for (String location : List.of("/b", "b", "https://" + NAME + "/b")) {
                        ways.add(new Post(transport, protocol, code, location, "200"));
                    }
                }
            }
        }
        return ways;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_redirect_stays_at_the_backend_that_gave_it(Post way) throws Exception {
        MockWebServer two =
                server(2, request -> request.getTarget().equals("/a") ? redirect(way.code, way.location) : END);
        MockWebServer three = server(3, saying("another backend"));
        OkHttpClient client =
                wrapped(base(protocols(way.protocol)), way.transport, at("https", 2, two), at("https", 3, three));
        try (Response response = client.newCall(ASKED).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.request().url()).hasToString("https://" + NAME + "/b");
            assertThat(response.priorResponse().request().url()).isEqualTo(ASKED.url());
            assertThat(response.priorResponse().header("Location")).isEqualTo(way.location);
        }
        assertThat(List.of(two.takeRequest(), two.takeRequest()))
                .extracting(request -> request.getHeaders().get("Authorization"))
                .containsOnly("secret");
        assertThat(three.getRequestCount()).isZero();
        assertThat(looked).isEmpty();
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    static List<Post> postsThatBecomeGets() {
        return ways().stream().filter(way -> way.code < 307).toList();
    }

    @ParameterizedTest
    @MethodSource("postsThatBecomeGets")
    void a_body_arrives_once_where_the_redirect_makes_a_get_of_a_post(Post way) throws Exception {
        List<String> arrived = new CopyOnWriteArrayList<>();
        MockWebServer two = server(2, request -> {
            arrived.add(request.getMethod() + " " + request.getTarget() + " "
                    + (request.getBody() == null ? "" : request.getBody().utf8()));
            return request.getTarget().equals("/a") ? redirect(way.code, way.location) : END;
        });
        MockWebServer three = server(3, saying("another backend"));
        OkHttpClient client =
                wrapped(base(protocols(way.protocol)), way.transport, at("https", 2, two), at("https", 3, three));
        Request asked = GET.newBuilder().post(RequestBody.create("paid", null)).build();
        try (Response response = client.newCall(asked).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
        }
        assertThat(arrived).hasSize(2);
        assertThat(arrived.get(0)).isEqualTo("POST /a paid");
        assertThat(arrived.get(1)).startsWith("GET /b");
        assertThat(three.getRequestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void what_a_backend_does_after_the_way_back_counts_against_it_and_is_tried_elsewhere(Transport transport)
            throws Exception {
        MockWebServer third = server(1, request -> redirect(302, BACK));
        String there = "https://elsewhere.test:" + third.getPort() + "/x";
        MockWebServer two = server(
                2,
                request -> request.getTarget().equals("/a")
                        ? redirect(302, there)
                        : new MockResponse.Builder().code(503).build());
        MockWebServer three = server(3, saying("another backend"));
        assertThat(get(wrapped(base(), transport, at("https", 2, two), at("https", 3, three))))
                .isEqualTo("another backend");
        assertThat(three.takeRequest().getTarget()).as("from the start").isEqualTo("/a");
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
    }

    /**
     * A POST that is redirected within the logical host.
     *
     * @param location of the second URL
     * @param end what the second URL does
     */
    record Post(Transport transport, Protocol protocol, int code, String location, String end) {}

    static List<Post> posts() {
        List<Post> posts = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (Protocol protocol : List.of(Protocol.HTTP_1_1, Protocol.HTTP_2)) {
                for (int code : List.of(307, 308)) {
                    for (String location : List.of("/b", "https://" + NAME + "/b")) {
                        for (String end : List.of("200", "503", "closed")) {
                            posts.add(new Post(transport, protocol, code, location, end));
                        }
                    }
                }
            }
        }
        return posts;
    }

    private static MockResponse answer(Post post) {
        MockResponse.Builder answer = new MockResponse.Builder();
        if (!post.end.equals("closed")) {
            answer.code(Integer.parseInt(post.end));
        } else if (post.protocol == Protocol.HTTP_2) {
            answer.onResponseStart(new SocketEffect.CloseStream(2));
        } else {
            answer.onResponseStart(new SocketEffect.CloseSocket());
        }
        return answer.build();
    }

    private static Protocol[] protocols(Protocol protocol) {
        return protocol == Protocol.HTTP_2 ? new Protocol[] {protocol, Protocol.HTTP_1_1} : new Protocol[] {protocol};
    }

    @ParameterizedTest
    @MethodSource("posts")
    void a_body_arrives_once_at_each_url_and_nowhere_else(Post post) throws Exception {
        List<String> arrived = new CopyOnWriteArrayList<>();
        Answers answers = new Answers() {
            @Override
            public MockResponse to(RecordedRequest request) {
                arrived.add(request.getTarget() + " " + request.getBody().utf8());
                return request.getTarget().equals("/a") ? redirect(post.code, post.location) : answer(post);
            }

            @Override
            public MockResponse next() {
                return arrived.isEmpty() ? new MockResponse.Builder().build() : answer(post);
            }
        };
        MockWebServer two = server(2, answers);
        MockWebServer three = server(3, answers);
        OkHttpClient client =
                wrapped(base(protocols(post.protocol)), post.transport, at("https", 2, two), at("https", 3, three));
        Request asked = GET.newBuilder().post(RequestBody.create("paid", null)).build();
        try (Response response = client.newCall(asked).execute()) {
            assertThat(String.valueOf(response.code())).isEqualTo(post.end);
            assertThat(response.request().url()).hasToString("https://" + NAME + "/b");
            assertThat(response.priorResponse().request().url()).isEqualTo(asked.url());
            assertThat(response.priorResponse().header("Location")).isEqualTo(post.location);
        } catch (IOException e) {
            assertThat(post.end).as("%s", e).isEqualTo("closed");
        }
        assertThat(arrived).containsExactly("/a paid", "/b paid");
        assertThat(three.getRequestCount()).isZero();
        assertThat(looked).isEmpty();
        assertThat(orders.kinds()).containsExactly(post.end.equals("200") ? Kind.SUCCESS : Kind.FAILURE);
    }
}
