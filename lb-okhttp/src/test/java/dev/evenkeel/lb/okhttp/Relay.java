package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** A server of either protocol that answers all with "ok", behind a relay that sees when the client closes. */
final class Relay {
    private Relay() {}

    /**
     * Starts both.
     *
     * @param tls null for none
     * @param open where what is to be closed is added
     */
    static RawServer running(List<Protocol> protocols, @Nullable SSLSocketFactory tls, List<AutoCloseable> open)
            throws IOException {
        MockWebServer answering = new MockWebServer();
        answering.setProtocols(protocols);
        if (tls != null) {
            answering.useHttps(tls);
        }
        answering.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder().body("ok").build();
            }
        });
        answering.start(InetAddress.getLoopbackAddress(), 0);
        RawServer relay = to(answering.getPort());
        open.add(relay);
        open.add(answering);
        return relay;
    }

    /** Starts a relay to a port of loopback. */
    static RawServer to(int port) throws IOException {
        return RawServer.running(connection -> {
            try (Socket to = new Socket(InetAddress.getLoopbackAddress(), port)) {
                RawServer.daemon("relay-back", () -> {
                    try {
                        to.getInputStream().transferTo(connection.out());
                    } catch (IOException e) {
                        assertThat(e).isNotNull(); // the end of either side ends the relay
                    }
                });
                connection.in().transferTo(to.getOutputStream());
            }
        });
    }
}
