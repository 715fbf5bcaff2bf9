package dev.evenkeel.lb.okhttp;

/** How the calls for one balancer get to a backend. */
public enum Transport {
    /**
     * The URL of the request becomes the backend's. Certificates, the Host header, cookies and the cache are the backend's, also
     * in a backend's own name and with a path prefix. Certificate pins that were given for the balancer's name are checked
     * against the backend's certificates. The default.
     */
    REWRITE,

    /**
     * The URL stays logical, and only the connection goes to the backend, whatever its name, address and port. For backends
     * that all answer to the balancer's name: TLS with its server name and certificate, pins, the Host header, cookies, the
     * cache, redirects and {@code Authorization} are those of the logical host by themselves.
     *
     * <p>A call fails with an {@link java.io.IOException}, and no backend is blamed, where that cannot be: the schemes of the call
     * and the backend differ, the backend has a path prefix, the client has a proxy for the logical host, or it has a
     * {@link javax.net.SocketFactory} of its own and the backend's port is not the default of its scheme.
     *
     * <p>OkHttp goes on taking the port for that of the logical URL. Where the backend listens on another one, its address tells so
     * by its name, in OkHttp's events and in the message of a connection that was refused: {@code
     * orders:443->8443/10.0.0.1:443}.
     */
    PINNED
}
