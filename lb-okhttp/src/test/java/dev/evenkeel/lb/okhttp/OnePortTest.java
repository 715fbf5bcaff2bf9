package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnePortTest {
    private final List<ServerSocket> open = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (ServerSocket one : open) {
            one.close();
        }
    }

    private ServerSocket listener(String address, int port) throws IOException {
        ServerSocket made = new ServerSocket(port, 1, InetAddress.getByName(address));
        open.add(made);
        return made;
    }

    @Test
    void a_port_that_is_taken_at_the_other_address_is_followed_by_another_one() throws IOException {
        List<Integer> tried = new ArrayList<>();
        ServerSocket first = OnePort.of(() -> listener("127.0.0.2", 0), ServerSocket::getLocalPort, port -> {
            tried.add(port);
            listener("127.0.0.3", port);
            if (tried.size() < 3) {
                listener("127.0.0.3", port); // which is taken now
            }
        });
        assertThat(tried).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates().endsWith(first.getLocalPort());
    }

    @Test
    void it_gives_up_and_tells_why() {
        assertThatThrownBy(() -> OnePort.of(() -> 1, port -> port, port -> {
                    throw new BindException("taken");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("one of 50 ports must be free at both addresses, none was")
                .hasRootCauseMessage("taken");
    }
}
