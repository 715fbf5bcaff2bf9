package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 8 and 20: a status is the client's to act on; no request reaches a backend twice because of one. */
final class AskedOnceTest {
    @ParameterizedTest
    @ValueSource(strings = {"BREW", "LOCK", "MKCOL", "get", "POST", "PUT", "GET"})
    void a_503_that_invites_to_come_back_at_once_passes_and_is_not_accepted(String method) throws Exception {
        try (RawBackend backend = answering("HTTP/1.1 503 Busy", "retry-AFTER: 0");
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf(method + " / HTTP/1.1", "Host: a")))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\r\nretry-AFTER: 0\r\n");
            assertThat(backend.request()).startsWith(method + " ");
            assertThat(backend.unheard()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 503", "BREW, 503", "GET, 408"})
    void a_retry_after_that_fits_no_number_passes(String method, int status) throws Exception {
        try (RawBackend backend = answering("HTTP/1.1 " + status + " X", "Retry-After: 99999999999999999999");
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf(method + " / HTTP/1.1", "Host: a")))
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nRetry-After: 99999999999999999999\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "BREW"})
    void a_408_passes_and_is_not_asked_again(String method) throws Exception {
        try (RawBackend backend = answering("HTTP/1.1 408 Slow", "X: y");
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf(method + " / HTTP/1.1", "Host: a")))
                    .startsWith("HTTP/1.1 408 ");
            assertThat(backend.request()).startsWith(method + " ");
            assertThat(backend.unheard()).isZero();
        }
    }

    @Test
    void a_balancer_sees_the_status_that_the_backend_gave() throws Exception {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        for (int status : new int[] {407, 408, 503, 400}) {
            try (RawBackend backend = answering("HTTP/1.1 " + status + " X", "Retry-After: 0");
                    Proxied proxied = Proxied.balancedBy(noting(seen, backend.port()), builder -> builder)) {
                proxied.ask(Wire.headOf("GET / HTTP/1.1", "Host: a"));
            }
        }
        assertThat(seen).containsExactly(407, 408, 503, 400);
    }

    private static Interceptor noting(List<Integer> seen, int port) {
        Interceptor balancer = Proxied.toPort(port);
        return chain -> {
            Response answer = balancer.intercept(chain);
            seen.add(answer.code());
            return answer;
        };
    }

    private static RawBackend answering(String... head) throws Exception {
        return RawBackend.answering(Wire.headOf(head[0], head[1], "Content-Length: 0"));
    }
}
