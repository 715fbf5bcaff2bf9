package dev.evenkeel.examples.proxy;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Turns a request as it came into the request that a backend gets, or says why it may not be sent. Thread-safe. */
final class RequestTranslator {
    private static final RequestBody EMPTY = new OnceOnlyEmptyBody();

    private final UpstreamTarget target;
    private final ForwardedFields forwarded;
    private final HostMode hostMode;

    /** Racy on purpose: nearly all requests name the same host, and a lost write costs one more check. */
    private @Nullable String lastValid;

    RequestTranslator(UpstreamTarget target, ForwardedFields forwarded, HostMode hostMode) {
        this.target = target;
        this.forwarded = forwarded;
        this.hostMode = hostMode;
    }

    /**
     * @param body what sends the client's body; used only if the request has one
     * @throws ProxyRefusal if the request is at fault or cannot be carried as it is
     */
    Request translate(org.eclipse.jetty.server.Request from, StreamedBody body) throws ProxyRefusal {
        String method = from.getMethod();
        if (method.equals("CONNECT")) {
            throw new ProxyRefusal(501, "CONNECT is for a forward proxy, which this is not");
        }
        Fields fields = new Fields(from);
        HttpURI uri = from.getHttpURI();
        String authority = fields.authority(uri);
        if (authority != null && !authority.equals(lastValid)) {
            if (!HostField.isValid(authority)) {
                throw ProxyRefusal.badRequest("the Host must be one name or address with an optional port");
            }
            lastValid = authority;
        }
        boolean hasBody = fields.chunked || fields.length > 0;
        if (hasBody && (method.equals("GET") || method.equals("HEAD"))) {
            throw ProxyRefusal.badRequest("a " + method + " must have no body");
        }
        return new Request.Builder()
                .url(target.url(pathAndQuery(uri)))
                .headers(fields.toSend(authority))
                .method(method, hasBody ? body.ofLength(fields.chunked ? -1 : fields.length) : emptyBody(method))
                .tag(Forwarding.class, fields.forwarding(hasBody))
                .build();
    }

    private static String pathAndQuery(HttpURI uri) {
        String path = uri.getPath();
        String query = uri.getQuery();
        String start = path == null || path.isEmpty() ? "/" : path;
        return query == null ? start : start + "?" + query;
    }

    /** OkHttp insists on a body for these; the empty one is sent as Content-Length: 0. */
    private static @Nullable RequestBody emptyBody(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH", "PROPPATCH", "QUERY", "REPORT" -> EMPTY;
            default -> null;
        };
    }

    /** One pass over the fields of a request. */
    private final class Fields {
        private final org.eclipse.jetty.server.Request from;
        private @Nullable HostPortHttpField hostPort;
        private List<String> named = List.of();
        private @Nullable String host;
        private boolean chunked;
        private long length = -1;
        private boolean userAgent;
        private boolean acceptEncoding;
        private int lengthAt = Forwarding.NO_LENGTH;

        Fields(org.eclipse.jetty.server.Request from) throws ProxyRefusal {
            this.from = from;
            HttpFields fields = from.getHeaders();
            for (int i = 0; i < fields.size(); i++) {
                read(fields.getField(i));
            }
        }

        /** Returns whom the client asked: what an absolute target names, else the Host, else nobody. */
        @Nullable
        String authority(HttpURI uri) {
            if (host == null) {
                return ClientConnections.authorityOfTarget(from);
            }
            return absolute(uri) ? uri.getAuthority() : host;
        }

        /** Tells whether the target named another authority than Host did; otherwise Jetty filled it in from Host. */
        private boolean absolute(HttpURI uri) {
            if (hostPort == null) {
                return false;
            }
            int stated = hostPort.getPort() == 80 ? 0 : Math.max(0, hostPort.getPort());
            return !hostPort.getHost().equals(uri.getHost()) || stated != Math.max(0, uri.getPort());
        }

        private void read(HttpField field) throws ProxyRefusal {
            HttpHeader known = field.getHeader();
            if (known == null) {
                return;
            }
            switch (known) {
                case HOST -> host = once(field);
                case CONNECTION -> name(HopByHop.named(field.getValue()));
                case TRANSFER_ENCODING -> chunked = coding(field.getValue());
                case CONTENT_LENGTH -> length = length(field.getValue());
                default -> {}
            }
        }

        private String once(HttpField field) throws ProxyRefusal {
            if (host != null) {
                throw ProxyRefusal.badRequest("the Host must be given once");
            }
            hostPort = field instanceof HostPortHttpField parsed ? parsed : null;
            return field.getValue() == null ? "" : field.getValue();
        }

        private void name(List<String> more) {
            if (named.isEmpty()) {
                named = more;
            } else if (!more.isEmpty()) {
                named = new ArrayList<>(named);
                named.addAll(more);
            }
        }

        private boolean coding(String value) throws ProxyRefusal {
            if (from.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
                throw ProxyRefusal.badRequest("HTTP/1.0 has no Transfer-Encoding");
            }
            if (chunked || !value.equalsIgnoreCase("chunked")) {
                throw ProxyRefusal.badRequest("the Transfer-Encoding must be chunked and nothing else, was " + value);
            }
            return true;
        }

        private long length(String value) throws ProxyRefusal {
            long given = AnswerRules.length(value);
            if (given < 0 || length >= 0) {
                throw ProxyRefusal.badRequest("the Content-Length must be one number");
            }
            return given;
        }

        Headers toSend(@Nullable String authority) throws ProxyRefusal {
            SocketAddress peer = from.getConnectionMetaData().getRemoteSocketAddress();
            ForwardedFields.Said said = forwarded.trusts(peer) ? new ForwardedFields.Said() : null;
            Headers.Builder to = new Headers.Builder();
            HttpFields fields = from.getHeaders();
            int place = 0;
            if (host == null && authority != null && hostMode == HostMode.PASS) {
                to.addUnsafeNonAscii("Host", authority);
                place++;
            }
            for (int i = 0; i < fields.size(); i++) {
                HttpField field = fields.getField(i);
                String name = field.getName();
                if (HopByHop.always(name) || HopByHop.holds(named, name)) {
                    continue;
                }
                String value = carried(field);
                if (ForwardedFields.owns(name)) {
                    if (said != null) {
                        said.hear(name, value);
                    }
                    continue;
                }
                HttpHeader known = field.getHeader();
                if (known == HttpHeader.HOST) {
                    if (hostMode == HostMode.BACKEND) {
                        continue;
                    }
                    value = authority == null ? value : authority;
                } else if (known == HttpHeader.CONTENT_LENGTH) {
                    lengthAt = place;
                }
                userAgent |= known == HttpHeader.USER_AGENT;
                acceptEncoding |= known == HttpHeader.ACCEPT_ENCODING;
                to.addUnsafeNonAscii(name, value);
                place++;
            }
            if (!acceptEncoding) {
                // Stops OkHttp from asking for gzip and unpacking it; the wire filter takes it out again.
                to.add("Accept-Encoding", "identity");
            }
            // The request's own word follows the scheme of an absolute target, which the client makes up.
            boolean secure = from.getConnectionMetaData().isSecure();
            forwarded.add(to, peer, secure ? "https" : "http", authority, said);
            return to.build();
        }

        private String carried(HttpField field) throws ProxyRefusal {
            String value = field.getValue() == null ? "" : field.getValue();
            String text = FieldText.toOkHttp(value);
            if (text == null) {
                throw ProxyRefusal.badRequest("the field " + field.getName() + " must be ASCII or UTF-8");
            }
            return text;
        }

        Forwarding forwarding(boolean hasBody) {
            return new Forwarding(userAgent, acceptEncoding, hasBody ? lengthAt : Forwarding.NO_LENGTH);
        }
    }
}
