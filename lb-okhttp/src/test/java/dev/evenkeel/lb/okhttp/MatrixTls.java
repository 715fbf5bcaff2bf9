package dev.evenkeel.lb.okhttp;

import java.time.Duration;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** The certificates of the fault matrix, for the name that each transport asks for. Clients trust one authority. */
final class MatrixTls {
    private static final HeldCertificate AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private static final HeldCertificate UNKNOWN_AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    static final HandshakeCertificates CLIENT = new HandshakeCertificates.Builder()
            .addTrustedCertificate(AUTHORITY.certificate())
            .build();

    static final HandshakeCertificates RIGHT = of(asked().signedBy(AUTHORITY));
    static final HandshakeCertificates WRONG_NAME = of(new HeldCertificate.Builder()
            .addSubjectAlternativeName("other.example")
            .signedBy(AUTHORITY));
    static final HandshakeCertificates WRONG_AUTHORITY = of(asked().signedBy(UNKNOWN_AUTHORITY));
    static final HandshakeCertificates EXPIRED =
            of(asked().validityInterval(0, Duration.ofDays(1).toMillis()).signedBy(AUTHORITY));

    private MatrixTls() {}

    private static HeldCertificate.Builder asked() {
        return new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .addSubjectAlternativeName("orders");
    }

    private static HandshakeCertificates of(HeldCertificate.Builder leaf) {
        return new HandshakeCertificates.Builder()
                .heldCertificate(leaf.build())
                .addTrustedCertificate(AUTHORITY.certificate())
                .build();
    }
}
