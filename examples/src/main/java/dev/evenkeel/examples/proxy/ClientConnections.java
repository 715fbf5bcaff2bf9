package dev.evenkeel.examples.proxy;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Makes Jetty leave {@code Upgrade} alone. By itself it answers 400 where {@code Connection} does not name the field; such
 * a field is to be ignored (RFC 9110, 7.8), and what an upgrade means is for the proxy to say.
 */
final class ClientConnections extends HttpConnectionFactory {
    ClientConnections(HttpConfiguration http) {
        super(http);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new ClientConnection(getHttpConfiguration(), connector, endPoint);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }

    private static final class ClientConnection extends HttpConnection {
        ClientConnection(HttpConfiguration http, Connector connector, EndPoint endPoint) {
            super(http, connector, endPoint);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new RequestHandler() {
                @Override
                public void parsedHeader(HttpField field) {
                    super.parsedHeader(field.getHeader() == HttpHeader.UPGRADE ? unknown(field) : field);
                }
            };
        }

        private static HttpField unknown(HttpField field) {
            return new HttpField((HttpHeader) null, field.getName(), field.getValue());
        }
    }
}
