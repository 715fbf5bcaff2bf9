package dev.evenkeel.lb.okhttp;

import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSession;

/**
 * Verifies host names as a client did before, and keeps hosts from sharing connections. OkHttp carries a call on the HTTP/2
 * connection of another host if both resolve to one address and one certificate has both names, but only where it verifies names
 * by itself. On a connection that was led to the port of a pinned backend, that host would be sought at the wrong port, or the
 * backend on the connection of that host.
 *
 * @param own of the client
 */
record UncoalescedHosts(HostnameVerifier own) implements HostnameVerifier {
    @Override
    public boolean verify(String host, SSLSession session) {
        return own.verify(host, session);
    }
}
