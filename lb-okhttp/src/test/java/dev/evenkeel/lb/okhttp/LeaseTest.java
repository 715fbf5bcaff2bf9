package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a lease ends: with the call and not at its headers, and once. */
@Timeout(60)
class LeaseTest extends BalancedCalls {
    @Test
    void lease_ends_with_the_body_and_not_at_headers() throws IOException {
        OkHttpClient client = answering(OK);
        try (Response response = client.newCall(GET).execute()) {
            assertInFlight(1);
            assertThat(response.body().string()).isEqualTo("ok");
            assertInFlight(0);
        }
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void answer_is_told_at_headers_and_before_the_body() throws IOException {
        try (Response response = answering("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nok")
                .newCall(GET)
                .execute()) {
            assertThat(balancer.answers()).containsExactly(Kind.FAILURE);
            assertInFlight(1);
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(balancer.answers()).hasSize(1);
    }

    @Test
    void lease_ends_when_a_body_is_closed_unread() throws IOException {
        Response response = answering(OK).newCall(GET).execute();
        assertInFlight(1);
        response.close();
        assertInFlight(0);
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void lease_ends_when_a_body_is_closed_half_read() throws IOException {
        Response response = answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000))
                .newCall(GET)
                .execute();
        assertThat(response.body().source().readByte()).isEqualTo((byte) 'x');
        assertInFlight(1);
        response.close();
        assertOutcomes(Kind.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            })
    void lease_ends_without_a_body(String answer) throws IOException {
        Response response = answering(answer).newCall(GET).execute();
        assertInFlight(0);
        response.close();
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void lease_of_a_head_request_ends_with_its_headers() throws IOException {
        Response response = answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                .newCall(GET.newBuilder().head().build())
                .execute();
        assertInFlight(0);
        response.close();
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void each_lease_is_completed_as_one() throws IOException {
        OkHttpClient client = answering(OK);
        for (int i = 0; i < 5; i++) {
            client.newCall(GET).execute().close();
        }
        assertThat(balancer.outcomes()).hasSize(5);
    }

    @Test
    void answer_from_the_cache_says_nothing_of_a_backend(@TempDir Path directory) throws IOException {
        try (Cache cache = new Cache(directory.toFile(), 1_000_000)) {
            OkHttpClient client = client(
                    RawServer.answering("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: 2\r\n\r\nok"),
                    builder -> builder.cache(cache));
            assertThat(client.newCall(GET).execute().body().string()).isEqualTo("ok");
            Response hit = client.newCall(GET).execute();
            assertThat(hit.cacheResponse()).isNotNull();
            assertThat(hit.request().url()).isEqualTo(GET.url());
            assertInFlight(0);
            assertThat(hit.body().string()).isEqualTo("ok");
            Request cachedOnly = new Request.Builder()
                    .url("http://orders/other")
                    .cacheControl(CacheControl.FORCE_CACHE)
                    .build();
            try (Response miss = client.newCall(cachedOnly).execute()) {
                assertThat(miss.code()).isEqualTo(504);
            }
            assertOutcomes(Kind.SUCCESS, Kind.IGNORED, Kind.IGNORED);
            assertThat(server.heads).hasSize(1);
        }
    }

    private static Interceptor proceedingTwice(boolean read) {
        return chain -> {
            Response first = chain.proceed(chain.request());
            if (read) {
                assertThat(first.body().string()).isEqualTo("ok");
            }
            first.close();
            return chain.proceed(chain.request());
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interceptor_that_proceeds_twice_has_one_lease_at_a_time(boolean read) throws IOException {
        OkHttpClient client = client(RawServer.answering(OK), builder -> builder.addInterceptor(proceedingTwice(read)));
        Response response = client.newCall(GET).execute();
        assertThat(balancer.acquired()).isEqualTo(2);
        assertInFlight(1);
        response.close();
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void first_lease_ends_when_its_body_is_closed() throws IOException {
        AtomicReference<Integer> between = new AtomicReference<>();
        OkHttpClient client = client(
                RawServer.answering(OK),
                builder -> builder.addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    between.set(balancer.inFlight());
                    return chain.proceed(chain.request());
                }));
        client.newCall(GET).execute().close();
        assertThat(between).hasValue(0);
    }

    @Test
    void first_lease_that_failed_ends_before_the_second_begins() throws IOException {
        RawServer running = RawServer.running(connection -> {
            String head = connection.readHead();
            connection.write(head.contains("X-Try: 2") ? OK : "garbage\r\n\r\n");
        });
        OkHttpClient client = client(
                running,
                builder -> builder.addInterceptor(chain -> {
                    try {
                        return chain.proceed(chain.request());
                    } catch (IOException e) {
                        assertThat(balancer.inFlight()).isZero();
                        return chain.proceed(chain.request()
                                .newBuilder()
                                .header("X-Try", "2")
                                .build());
                    }
                }));
        client.newCall(GET).execute().close();
        assertOutcomes(Kind.FAILURE, Kind.SUCCESS);
    }

    @Test
    void exception_of_an_interceptor_outside_blames_no_backend() throws IOException {
        OkHttpClient client = client(
                RawServer.answering(OK),
                builder -> builder.addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    throw new IOException("mine");
                }));
        assertThatThrownBy(() -> client.newCall(GET).execute()).hasMessage("mine");
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void runtime_exception_further_in_blames_no_backend() throws IOException {
        OkHttpClient client = client(
                RawServer.answering(OK),
                builder -> builder.proxy(Proxy.NO_PROXY).addNetworkInterceptor(chain -> {
                    throw new IllegalStateException("mine");
                }));
        assertThatThrownBy(() -> client.newCall(GET).execute()).hasMessage("mine");
        assertOutcomes(Kind.IGNORED);
    }

    @Test
    void cloned_call_has_leases_of_its_own() throws IOException {
        Call call = answering(OK).newCall(GET);
        call.execute().close();
        call.clone().execute().close();
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void request_of_an_answer_can_be_sent_again() throws IOException {
        OkHttpClient client = answering(OK);
        Response first = client.newCall(GET).execute();
        first.close();
        client.newCall(first.request()).execute().close();
        assertOutcomes(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void asynchronous_call_ends_its_lease() throws Exception {
        Ending ending = Ending.of(answering(OK).newCall(GET));
        assertThat(ending.body()).isEqualTo("ok");
        assertOutcomes(Kind.SUCCESS);
    }
}
