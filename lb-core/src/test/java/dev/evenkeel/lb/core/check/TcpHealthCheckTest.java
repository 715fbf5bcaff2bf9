package dev.evenkeel.lb.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On real loopback sockets. Every wait is a watchdog. */
@Timeout(60)
class TcpHealthCheckTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final TcpHealthCheck check = TcpHealthCheck.connect();

    private static ServerSocket listen(String address, int backlog) throws IOException {
        return new ServerSocket(0, backlog, InetAddress.getByName(address));
    }

    private static Endpoint at(String host, int port) {
        return Endpoint.of("http://" + host + ":" + port);
    }

    @Test
    void passes_where_a_socket_listens_and_closes_its_connection() throws Exception {
        try (ServerSocket server = listen("127.0.0.1", 1)) {
            assertThat(check.check(at("127.0.0.1", server.getLocalPort()), GENEROUS))
                    .isEqualTo(Verdict.pass());

            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void resolves_names() throws Exception {
        try (ServerSocket server = listen("127.0.0.1", 1)) {
            assertThat(check.check(at("localhost", server.getLocalPort()), GENEROUS))
                    .isEqualTo(Verdict.pass());
        }
    }

    @Test
    void connects_to_the_address_where_there_is_one_and_resolves_nothing() throws Exception {
        try (ServerSocket server = listen("127.0.0.1", 1)) {
            Endpoint resolved =
                    at("no-such-host.invalid", server.getLocalPort()).withAddress(server.getInetAddress());
            assertThat(check.check(resolved, GENEROUS)).isEqualTo(Verdict.pass());
        }
    }

    @Test
    void takes_an_ipv6_address_in_brackets() throws Exception {
        try (ServerSocket server = listen("::1", 1)) {
            assertThat(check.check(at("[::1]", server.getLocalPort()), GENEROUS))
                    .isEqualTo(Verdict.pass());
        } catch (java.net.BindException e) {
            Assumptions.abort("this machine has no IPv6 loopback: " + e);
        }
    }

    @Test
    void is_refused_where_nothing_listens() throws Exception {
        int port;
        try (ServerSocket server = listen("127.0.0.1", 1)) {
            port = server.getLocalPort();
        }

        assertThatThrownBy(() -> check.check(at("127.0.0.1", port), GENEROUS))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void names_a_host_that_is_unknown() {
        assertThatThrownBy(() -> check.check(at("no-such-host.invalid", 80), GENEROUS))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void gives_up_at_the_timeout_where_the_backlog_is_full() throws Exception {
        try (ServerSocket server = listen("127.0.0.1", 1)) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            List<Socket> fillers = new ArrayList<>();
            try {
                fill(address, fillers);

                assertThatThrownBy(() -> check.check(at("127.0.0.1", server.getLocalPort()), Duration.ofMillis(100)))
                        .isInstanceOf(SocketTimeoutException.class);
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    /** Connects until the kernel takes no more. */
    private static void fill(InetSocketAddress address, List<Socket> fillers) throws IOException {
        // A backlog of 1 is full after two or three; a kernel that takes this many has none.
        for (int i = 0; i < 64; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(address, 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        Assumptions.abort("this kernel has no bound on a backlog");
    }
}
