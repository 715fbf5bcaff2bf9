package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.TlsVersion;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the first backend of a row of the fault matrix.
 *
 * @param tls whether both backends speak TLS
 */
record Fault(String name, boolean tls, Client client, Scope scope, Start start) {
    /** Starts the faulty backend. */
    interface Start {
        MatrixServer on(Wire wire) throws IOException;
    }

    /** Which calls can meet it. */
    enum Scope {
        ALL,
        H1,
        WEB_SOCKET
    }

    /** What is special about the client. */
    enum Client {
        /** Waits longer than any row takes. */
        PATIENT,
        /** Gives up connecting and reading soon. */
        IMPATIENT,
        /** Gives up the call soon. */
        HURRIED,
        /** Speaks TLS 1.2, where a handshake is over for both sides at once. */
        TLS_1_2;

        /** Long enough for the healthy backend to answer in, on a machine that is busy otherwise. */
        private static final Duration BRIEF = Duration.ofSeconds(3);

        boolean waits() {
            return this == IMPATIENT || this == HURRIED;
        }

        OkHttpClient.Builder applyTo(OkHttpClient.Builder builder) {
            return switch (this) {
                case PATIENT -> builder;
                case IMPATIENT -> builder.connectTimeout(BRIEF).readTimeout(BRIEF);
                case HURRIED -> builder.callTimeout(BRIEF);
                case TLS_1_2 ->
                    builder.connectionSpecs(List.of(new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                            .tlsVersions(TlsVersion.TLS_1_2)
                            .build()));
            };
        }
    }

    static Fault scripted(String name, Client client, Consumer<MockResponse.Builder> script) {
        return new Fault(
                name, false, client, Scope.ALL, wire -> ScriptedServer.running("a", wire, null, script, false));
    }

    static Fault ofTls(String name, HandshakeCertificates certificates, Consumer<MockResponse.Builder> script) {
        return new Fault(
                name,
                true,
                Client.PATIENT,
                Scope.ALL,
                wire -> ScriptedServer.running("a", wire, certificates, script, false));
    }

    static Fault ofClientAuth(String name, Client client) {
        return new Fault(
                name,
                true,
                client,
                Scope.ALL,
                wire -> ScriptedServer.running("a", wire, MatrixTls.RIGHT, answer -> {}, true));
    }

    Fault only(Scope narrower) {
        return new Fault(name, tls, client, narrower, start);
    }

    boolean concerns(Wire wire, MatrixCall call) {
        return call.speaks(wire)
                && switch (scope) {
                    case ALL -> true;
                    case H1 -> wire == Wire.H1;
                    case WEB_SOCKET -> call == MatrixCall.WEB_SOCKET;
                };
    }

    /** Returns the other backend, which is as it should be. */
    MatrixServer healthy(Wire wire) throws IOException {
        @Nullable HandshakeCertificates certificates = tls ? MatrixTls.RIGHT : null;
        return ScriptedServer.running("b", wire, certificates, answer -> {}, false);
    }

    @Override
    public String toString() {
        return name;
    }
}
