package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Connection;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Stands next to the wire: takes out of a request what OkHttp adds to be helpful, and stops an answer that breaks {@link
 * AnswerRules}. It throws inside the call, so that a balancer hears of it as this backend's failure. A network interceptor
 * of the client's own stands outside of it and sees what {@link StatusMask} leaves of a status.
 */
final class WireFilter implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        Forwarding forwarding = request.tag(Forwarding.class);
        if (forwarding == null) {
            return chain.proceed(request);
        }
        Response answer = chain.proceed(request.newBuilder()
                .headers(asSent(request.headers(), forwarding))
                .build());
        String broken = AnswerRules.broken(answer);
        if (broken != null) {
            refuse(chain.connection(), answer);
            throw new ProtocolException(broken);
        }
        return StatusMask.hidden(answer);
    }

    private static Headers asSent(Headers fields, Forwarding forwarding) {
        Headers.Builder sent = fields.newBuilder().removeAll("Connection");
        if (!forwarding.userAgentSent) {
            sent.removeAll("User-Agent");
        }
        if (!forwarding.acceptEncodingSent) {
            sent.removeAll("Accept-Encoding");
        }
        return forwarding.lengthAt == Forwarding.NO_LENGTH ? sent.build() : inPlace(sent.build(), forwarding.lengthAt);
    }

    private static Headers inPlace(Headers fields, int lengthAt) {
        String length = fields.get("Content-Length");
        if (length == null) {
            return fields;
        }
        Headers.Builder ordered = new Headers.Builder();
        int place = 0;
        boolean placed = false;
        for (int i = 0; i < fields.size(); i++) {
            if (place++ == lengthAt) {
                ordered.add("Content-Length", length);
                placed = true;
            }
            if (!fields.name(i).equalsIgnoreCase("Content-Length")) {
                ordered.addUnsafeNonAscii(fields.name(i), fields.value(i));
            }
        }
        return placed ? ordered.build() : fields;
    }

    /** What follows such an answer on its connection cannot be told apart from the next answer, so the connection ends. */
    private static void refuse(Connection connection, Response answer) throws IOException {
        boolean shared = connection.protocol() == Protocol.HTTP_2;
        if (!shared) {
            connection.socket().close();
        }
        answer.close();
    }
}
