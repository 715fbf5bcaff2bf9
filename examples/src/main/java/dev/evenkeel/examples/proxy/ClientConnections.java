package dev.evenkeel.examples.proxy;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Makes Jetty leave {@code Upgrade} alone. By itself it answers 400 where {@code Connection} does not name the field; such
 * a field is to be ignored (RFC 9110, 7.8), and what an upgrade means is for the proxy to say. Also keeps whom
 * an absolute target names, and tells the {@link ClientEndPoint} when there is something to serve.
 */
final class ClientConnections extends HttpConnectionFactory {
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)");

    ClientConnections(HttpConfiguration http) {
        super(http);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new ClientConnection(getHttpConfiguration(), connector, (ClientEndPoint) endPoint);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }

    /**
     * Returns the authority that an absolute target names, as the client sent it, or null if the target has another form.
     * Jetty's own URI has one in any case: without a Host, that of the address the client connected to.
     */
    static @Nullable String authorityOfTarget(Request request) {
        return request.getConnectionMetaData().getConnection() instanceof ClientConnection connection
                ? connection.authority
                : null;
    }

    private static final class ClientConnection extends HttpConnection {
        /** Of the latest target; the next request is parsed only after the one before has ended. */
        private @Nullable String authority;

        private final ClientEndPoint client;

        ClientConnection(HttpConfiguration http, Connector connector, ClientEndPoint client) {
            super(http, connector, client);
            this.client = client;
        }

        @Override
        public void onFillable() {
            client.serve(super::onFillable);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new RequestHandler() {
                @Override
                public void startRequest(String method, String target, HttpVersion version) {
                    client.asked();
                    authority = target.startsWith("/") ? null : authority(target);
                    super.startRequest(method, target, version);
                }

                @Override
                public void parsedHeader(HttpField field) {
                    super.parsedHeader(field.getHeader() == HttpHeader.UPGRADE ? unknown(field) : field);
                }
            };
        }

        private static @Nullable String authority(String target) {
            var absolute = ABSOLUTE.matcher(target);
            return absolute.lookingAt() ? absolute.group(1) : null;
        }

        private static HttpField unknown(HttpField field) {
            return new HttpField((HttpHeader) null, field.getName(), field.getValue());
        }
    }
}
