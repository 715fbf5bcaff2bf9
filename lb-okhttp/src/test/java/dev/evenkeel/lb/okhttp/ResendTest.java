package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OkHttp sends again by itself is known of the backend that gets it. */
@Timeout(60)
class ResendTest extends BalancedCalls {
    /** Answers one request on each connection and closes it at the next. */
    private static void closingAtTheSecond(RawServer.Connection connection) throws IOException {
        connection.readHead();
        connection.write(OK);
        connection.readHead();
    }

    @Test
    void get_that_is_sent_again_after_a_stale_connection_is_counted_once() throws IOException {
        OkHttpClient client = client(ResendTest::closingAtTheSecond);
        client.newCall(GET).execute().close();
        assertThat(balancer.resends()).isZero();
        client.newCall(GET).execute().close();
        assertThat(server.heads).hasSize(3);
        assertThat(balancer.resends()).isEqualTo(1);
        assertThat(balancer.acquired()).isEqualTo(2);
    }

    @Test
    void get_that_finds_no_connection_to_be_sent_on_again_is_not_counted() throws IOException {
        OkHttpClient client = answering(OK);
        client.newCall(GET).execute().close();
        server.close();
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(ConnectException.class);
        assertThat(balancer.resends()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"408,'',1", "408,Retry-After: 3,0", "503,'',0", "429,'',0", "500,'',0"})
    void get_that_is_sent_again_after_a_status_is_counted(int status, String header, int expected) throws IOException {
        OkHttpClient client = answering("HTTP/1.1 " + status + " X\r\n" + (header.isEmpty() ? "" : header + "\r\n")
                + "Content-Length: 0\r\n\r\n");
        client.newCall(GET).execute().close();
        assertThat(server.heads).hasSize(1 + expected);
        assertThat(balancer.resends()).isEqualTo(expected);
    }

    @Test
    void get_with_a_report_is_counted_too() throws IOException {
        OkHttpClient client = answering("HTTP/1.1 408 X\r\nContent-Length: 0\r\n\r\n");
        CallReport report = CallReport.create();
        client.newCall(GET.newBuilder().tag(CallReport.class, report).build())
                .execute()
                .close();
        assertThat(server.heads).hasSize(2);
        assertThat(report.attempts()).hasSize(1);
        assertThat(balancer.resends()).isEqualTo(1);
    }

    @Test
    void post_is_never_sent_again() throws IOException {
        OkHttpClient client = answering("HTTP/1.1 408 X\r\nContent-Length: 0\r\n\r\n");
        client.newCall(POST).execute().close();
        assertThat(balancer.resends()).isZero();
    }

    @Test
    void redirect_and_challenge_are_other_requests() throws IOException {
        OkHttpClient client = client(
                RawServer.running(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n");
                    connection.readHead();
                    connection.write("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n");
                    connection.readHead();
                    connection.write(OK);
                }),
                options -> options.authenticator((route, response) -> response.request()
                        .newBuilder()
                        .header("Authorization", "me")
                        .build()));
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(server.heads).hasSize(3);
        assertThat(balancer.resends()).isZero();
    }

    @Test
    void what_another_host_makes_okhttp_send_again_is_not_counted() throws IOException {
        try (RawServer other = RawServer.answering("HTTP/1.1 408 X\r\nContent-Length: 0\r\n\r\n")) {
            OkHttpClient client =
                    answering("HTTP/1.1 302 Found\r\nLocation: " + other.url() + "/\r\nContent-Length: 0\r\n\r\n");
            client.newCall(GET).execute().close();
            assertThat(other.heads).hasSize(2);
        }
        assertThat(balancer.resends()).isZero();
    }
}
