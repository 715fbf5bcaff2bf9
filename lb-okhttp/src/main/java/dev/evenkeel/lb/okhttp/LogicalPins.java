package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.CertificatePinner;
import okhttp3.CertificatePinner.Pin;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * The certificate pins of a logical host, in force for one backend under the backend's name. Safe for many threads.
 *
 * <p>OkHttp checks pins by the host of the URL it connects to. Without this a call that is rewritten would go round them.
 */
final class LogicalPins {
    private final String logicalHost;
    private final HttpUrl backend;

    /** For the pinner that was last seen; clients that are derived from each other can have different ones. */
    private volatile @Nullable Bound last;

    /**
     * @param seen what the client pins
     * @param bound the same, and for the backend; null if nothing is pinned for the logical host
     */
    private record Bound(CertificatePinner seen, @Nullable CertificatePinner bound) {}

    LogicalPins(String logicalHost, HttpUrl backend) {
        this.logicalHost = logicalHost;
        this.backend = backend;
    }

    /**
     * Returns the chain on which they are checked.
     *
     * @throws IOException if the backend has other pins of its own, or no certificate that could be checked
     */
    Interceptor.Chain on(Interceptor.Chain chain) throws IOException {
        CertificatePinner pinner = chain.getCertificatePinner();
        Bound known = last;
        if (known == null || !known.seen.equals(pinner)) {
            known = bind(pinner);
            last = known;
        }
        CertificatePinner bound = known.bound;
        if (bound == null) {
            return chain;
        }
        if (backend.isHttps()) {
            return chain.withCertificatePinner(bound);
        }
        if (chain.request().url().isHttps()) {
            throw new IOException("cannot call " + chain.request().url().redact() + " at " + backend
                    + ": certificates are pinned for " + logicalHost
                    + ", and that backend has none; give https backends");
        }
        return chain; // as OkHttp, which checks no pins for a call without TLS
    }

    private Bound bind(CertificatePinner pinner) throws IOException {
        List<Pin> logical = pinner.findMatchingPins(logicalHost);
        if (logical.isEmpty()) {
            return new Bound(pinner, null);
        }
        Set<String> wanted = hashes(logical);
        Set<String> own = hashes(pinner.findMatchingPins(backend.host()));
        if (!own.isEmpty() && !own.equals(wanted)) {
            throw new IOException("cannot check the certificate pins of " + logicalHost + " at " + backend
                    + ": other pins are given for " + backend.host() + ", and both cannot be checked; give the same, or"
                    + " those of one of them");
        }
        CertificatePinner.Builder builder = new CertificatePinner.Builder();
        pinner.getPins().forEach(pin -> builder.add(pin.getPattern(), pin.toString()));
        if (own.isEmpty()) {
            wanted.forEach(hash -> builder.add(backend.host(), hash));
        }
        return new Bound(pinner, builder.build());
    }

    private static Set<String> hashes(List<Pin> pins) {
        Set<String> hashes = new HashSet<>();
        pins.forEach(pin -> hashes.add(pin.toString()));
        return hashes;
    }
}
