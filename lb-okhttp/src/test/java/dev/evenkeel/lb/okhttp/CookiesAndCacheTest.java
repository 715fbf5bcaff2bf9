package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Cache;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client keeps of answers, it keeps by backend: it sees the URL that was sent. */
@Timeout(60)
class CookiesAndCacheTest extends BalancedCalls {
    /** Keeps the cookies of each host. */
    private static final class Jar implements CookieJar {
        private final Map<String, List<Cookie>> kept = new ConcurrentHashMap<>();

        @Override
        public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
            kept.put(url.host(), cookies);
        }

        @Override
        public List<Cookie> loadForRequest(HttpUrl url) {
            return kept.getOrDefault(url.host(), List.of());
        }
    }

    private final Jar jar = new Jar();

    /** One server under two names makes two backends, which take turns. */
    private OkHttpClient wrapped(OkHttpClient.Builder builder) {
        balancer = FakeBalancer.orders(server.url(), "http://localhost:" + server.port());
        return Evenkeel.wrap(builder.build(), balancer);
    }

    private void serve(String header) throws IOException {
        server.close();
        server = RawServer.answering("HTTP/1.1 200 OK\r\n" + header + "\r\nContent-Length: 2\r\n\r\nok");
    }

    private static Response get(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(GET.url());
            return response;
        }
    }

    @Test
    void cookie_goes_back_to_the_backend_that_set_it_and_to_no_other() throws IOException {
        serve("Set-Cookie: sid=1");
        OkHttpClient client = wrapped(new OkHttpClient.Builder().cookieJar(jar));
        get(client);
        get(client);
        get(client);
        assertThat(jar.kept).containsOnlyKeys("127.0.0.1", "localhost");
        assertThat(server.heads).hasSize(3);
        assertThat(server.heads.subList(0, 2)).noneMatch(head -> head.contains("Cookie:"));
        assertThat(server.heads.get(2))
                .contains("Host: 127.0.0.1:" + server.port() + "\r\n")
                .contains("Cookie: sid=1\r\n");
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void cookie_for_the_logical_domain_is_dropped() throws IOException {
        serve("Set-Cookie: sid=1; Domain=orders");
        get(wrapped(new OkHttpClient.Builder().cookieJar(jar)));
        assertThat(jar.kept).isEmpty();
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void cache_has_an_entry_for_each_backend(@TempDir Path directory) throws IOException {
        serve("Cache-Control: max-age=600");
        try (Cache cache = new Cache(directory.toFile(), 1_000_000)) {
            OkHttpClient client = wrapped(new OkHttpClient.Builder().cache(cache));
            assertThat(get(client).cacheResponse()).isNull();
            assertThat(get(client).cacheResponse()).isNull();
            assertThat(get(client).cacheResponse()).isNotNull();
            assertThat(get(client).cacheResponse()).isNotNull();
        }
        assertThat(server.heads).hasSize(2);
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS, Kind.IGNORED, Kind.IGNORED);
    }

    @Test
    void answer_that_a_backend_confirms_comes_from_the_cache_and_is_a_success(@TempDir Path directory)
            throws IOException {
        RawServer.Script script = connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.write(
                        head.contains("If-None-Match: \"a\"\r\n")
                                ? "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\nok");
            }
        };
        try (Cache cache = new Cache(directory.toFile(), 1_000_000)) {
            OkHttpClient client = client(script, builder -> builder.cache(cache));
            get(client);
            assertThat(get(client).cacheResponse()).isNotNull();
        }
        assertThat(server.heads).hasSize(2);
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }
}
