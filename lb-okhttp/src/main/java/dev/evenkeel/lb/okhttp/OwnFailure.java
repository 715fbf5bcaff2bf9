package dev.evenkeel.lb.okhttp;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * What a call ends with, as an object of that call alone, in which its attempts can be told. OkHttp gives all calls of a
 * broken HTTP/2 connection one exception, and a user's resolver or socket may throw one again and again.
 */
final class OwnFailure {
    /**
     * Those that can be made anew without a loss. {@link java.io.InterruptedIOException} is not among them: with a cause it is
     * OkHttp's call timeout.
     */
    private static final Map<Class<?>, Function<String, IOException>> KINDS = Map.ofEntries(
            Map.entry(IOException.class, IOException::new),
            Map.entry(EOFException.class, EOFException::new),
            Map.entry(SocketException.class, SocketException::new),
            Map.entry(ConnectException.class, ConnectException::new),
            Map.entry(NoRouteToHostException.class, NoRouteToHostException::new),
            Map.entry(SocketTimeoutException.class, SocketTimeoutException::new),
            Map.entry(UnknownHostException.class, UnknownHostException::new),
            Map.entry(ProtocolException.class, ProtocolException::new),
            Map.entry(SSLException.class, SSLException::new),
            Map.entry(SSLHandshakeException.class, SSLHandshakeException::new),
            Map.entry(SSLPeerUnverifiedException.class, SSLPeerUnverifiedException::new),
            Map.entry(SSLProtocolException.class, SSLProtocolException::new));

    private OwnFailure() {}

    /**
     * Returns a failure that attempts can be added to: the given one if it is the call's own, or else one of the same class
     * and message that it is the cause of. Null if it is others' as well and of a class that is not known here; what a user
     * catches stays what it is then, and tells of no attempts.
     *
     * @param ofConnection whether it came from a connection that calls share
     */
    static @Nullable IOException of(IOException failure, boolean ofConnection) {
        boolean shared = (ofConnection && !isOfOneStream(failure))
                || failure instanceof UnknownHostException // of a resolver that remembers its failures
                || AttemptFailedException.isIn(failure);
        if (!shared) {
            return failure;
        }
        Function<String, IOException> kind = KINDS.get(failure.getClass());
        if (kind == null) {
            return null;
        }
        IOException own = kind.apply(failure.getMessage());
        own.initCause(failure);
        return own;
    }

    /** OkHttp's own classes, of a stream that was reset or could not be opened, are made for each call. */
    private static boolean isOfOneStream(IOException failure) {
        return failure.getClass().getName().startsWith("okhttp3.");
    }
}
