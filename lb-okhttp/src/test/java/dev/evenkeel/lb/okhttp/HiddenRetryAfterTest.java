package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.List;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A {@code Retry-After: 0}, at which OkHttp would ask the same backend again by itself. */
@Timeout(60)
class HiddenRetryAfterTest extends BalancedCalls {
    private static final String AT_ONCE = "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n";

    @Test
    void the_caller_sees_it_although_it_is_hidden_from_okhttp() throws IOException {
        try (Response response = answering(AT_ONCE + "\r\n").newCall(POST).execute()) {
            assertThat(response.header("Retry-After")).isEqualTo("0");
            assertThat(response.networkResponse().header("Retry-After")).isEqualTo("0");
        }
        assertThat(server.heads).hasSize(1);
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void one_of_an_attempt_that_an_exception_ended_is_not_put_into_the_next_answer() throws IOException {
        CookieJar broken = new CookieJar() {
            @Override
            public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
                throw new IllegalStateException("no cookies");
            }

            @Override
            public List<Cookie> loadForRequest(HttpUrl url) {
                return List.of();
            }
        };
        OkHttpClient client = client(
                RawServer.running(connection -> {
                    String head = connection.readHead();
                    connection.write(head.contains("X-Try: 2") ? OK : AT_ONCE + "Set-Cookie: a=b\r\n\r\n");
                }),
                options -> options.cookieJar(broken).addInterceptor(chain -> {
                    try (Response response = chain.proceed(chain.request())) {
                        throw new AssertionError("got " + response);
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("no cookies");
                    }
                    return chain.proceed(
                            chain.request().newBuilder().header("X-Try", "2").build());
                }));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.header("Retry-After")).isNull();
        }
        assertOutcomes(Kind.IGNORED, Kind.SUCCESS);
    }

    @Test
    void of_another_host_that_an_interceptor_goes_to_after_the_balancer_okhttp_decides() throws IOException {
        try (RawServer other = RawServer.answering(AT_ONCE + "\r\n")) {
            Request there = GET.newBuilder().url(other.url()).build();
            OkHttpClient client = client(
                    RawServer.answering(OK),
                    options -> options.addInterceptor(chain -> {
                        chain.proceed(chain.request()).close();
                        return chain.proceed(there);
                    }));
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.header("Retry-After")).isEqualTo("0");
            }
            assertThat(other.heads).as("OkHttp asks once more").hasSize(2);
        }
    }
}
