package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.api.Verdict.Result;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiagnosisTest {
    @Test
    void what_a_peer_says_of_open_files_is_no_fault_of_ours() {
        var garbage = new java.net.ProtocolException("Unexpected status line: accept: too many open files");
        assertThat(Diagnosis.of(garbage).result()).isEqualTo(Verdict.Result.FAIL);
    }

    @Test
    void an_exception_without_words_is_a_failure_by_its_name() {
        class Wordless extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new UnsupportedOperationException("no words");
            }
        }
        assertThat(Diagnosis.of(new Wordless())).isEqualTo(Verdict.fail(Wordless.class.getName()));
    }

    static Stream<Arguments> faultsOfTheBackend() {
        IOException wrapped = new ConnectException("Failed to connect to /127.0.0.1:1");
        wrapped.initCause(new ConnectException("Connection refused"));
        return Stream.of(
                arguments(new ConnectException("Connection refused"), "connection refused"),
                arguments(wrapped, "connection refused"),
                arguments(new ConnectException("Connection timed out"), "timed out"),
                arguments(new SocketTimeoutException("Connect timed out"), "timed out"),
                arguments(new InterruptedIOException("timeout"), "timed out"),
                arguments(new TimeoutException(), "timed out"),
                arguments(new UnknownHostException("a.test: Name or service not known"), "unknown host a.test"),
                arguments(new UnknownHostException("a.test"), "unknown host a.test"),
                arguments(new SSLHandshakeException("no common protocol"), "TLS: no common protocol"),
                arguments(new SocketException("Connection reset"), "connection reset"),
                arguments(new NoRouteToHostException("No route to host"), "no route to host"),
                arguments(new EOFException(), "EOFException"),
                arguments(new IllegalStateException("was\r\nshut"), "IllegalStateException: was shut"),
                arguments(new StackOverflowError(), "StackOverflowError"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheBackend")
    void a_fault_of_the_backend_fails_it_with_a_short_reason(Throwable thrown, String reason) {
        assertThat(Diagnosis.of(thrown)).isEqualTo(new Verdict(Result.FAIL, reason, thrown));
    }

    static Stream<Throwable> faultsOfOurOwn() {
        return Stream.of(
                new SocketException("Too many open files"),
                new IOException("wrapped", new SocketException("Too many open files in system")),
                new OutOfMemoryError("unable to create native thread"),
                new RuntimeException(new OutOfMemoryError("Java heap space")),
                new InterruptedException(),
                new ClosedByInterruptException(),
                new InterruptedIOException("interrupted"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfOurOwn")
    void a_fault_of_our_own_is_no_verdict(Throwable thrown) {
        Verdict verdict = Diagnosis.of(thrown);

        assertThat(verdict.result()).isEqualTo(Result.NONE);
        assertThat(verdict.reason()).isNotEmpty();
    }

    @Test
    void a_ring_of_causes_ends() {
        Exception outer = new IOException("outer");
        outer.initCause(new IOException("inner", outer));

        assertThat(Diagnosis.of(outer).reason()).isEqualTo("IOException: outer");
    }

    @Test
    void a_long_reason_is_cut() {
        assertThat(Diagnosis.tidy("x".repeat(10_000))).hasSize(203).endsWith("x...");
    }
}
