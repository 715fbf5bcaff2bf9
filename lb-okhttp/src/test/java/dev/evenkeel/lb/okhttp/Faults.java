package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.okhttp.Fault.Client;
import dev.evenkeel.lb.okhttp.Fault.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;

/** All faults of the matrix, in the order of the table. */
final class Faults {
    private static final SocketEffect HALF_CLOSE = new SocketEffect.CloseSocket(false, false, true);

    private Faults() {}

    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        effects(all);
        all.add(Fault.scripted("doNotReadRequestBody", Client.PATIENT, MockResponse.Builder::doNotReadRequestBody));
        answers(all);
        delays(all);
        handshakes(all);
        sockets(all);
        webSockets(all);
        return all;
    }

    private static void effects(List<Fault> all) {
        Map<String, BiConsumer<MockResponse.Builder, SocketEffect>> triggers = new LinkedHashMap<>();
        triggers.put("onRequestStart", MockResponse.Builder::onRequestStart);
        triggers.put("onRequestBody", MockResponse.Builder::onRequestBody);
        triggers.put("onResponseStart", MockResponse.Builder::onResponseStart);
        triggers.put("onResponseBody", MockResponse.Builder::onResponseBody);
        triggers.put("onResponseEnd", MockResponse.Builder::onResponseEnd);
        Map<String, SocketEffect> effects = new LinkedHashMap<>();
        effects.put("CloseSocket", new SocketEffect.CloseSocket());
        effects.put("ShutdownConnection", SocketEffect.ShutdownConnection.INSTANCE);
        effects.put("CloseStream(INTERNAL_ERROR)", new SocketEffect.CloseStream(2));
        effects.put("CloseStream(REFUSED_STREAM)", new SocketEffect.CloseStream(7));
        effects.put("CloseStream(CANCEL)", new SocketEffect.CloseStream(8));
        effects.put("Stall", SocketEffect.Stall.INSTANCE);
        triggers.forEach((trigger, on) -> effects.forEach((effect, what) -> {
            // A shutdown lets the streams live that it finds, also those that the server then forgets.
            boolean silent = effect.equals("Stall") || effect.equals("ShutdownConnection");
            all.add(Fault.scripted(
                    trigger + " " + effect,
                    silent ? Client.IMPATIENT : Client.PATIENT,
                    answer -> on.accept(answer, isHeard(trigger, what) ? HALF_CLOSE : what)));
        }));
    }

    /**
     * Tells whether a socket is closed behind what the client is to hear. Over HTTP/2 it also acknowledges the settings, which
     * after a full close meets a reset, and the reset then races with the response.
     */
    private static boolean isHeard(String trigger, SocketEffect effect) {
        return effect instanceof SocketEffect.CloseSocket
                && (trigger.equals("onResponseBody") || trigger.equals("onResponseEnd"));
    }

    private static void answers(List<Fault> all) {
        all.add(Fault.scripted("informational 100", Client.PATIENT, MockResponse.Builder::add100Continue));
        all.add(Fault.scripted(
                "informational 103",
                Client.PATIENT,
                answer -> answer.addInformationalResponse(new MockResponse(103, Headers.of("Link", "</a>"), ""))));
        all.add(Fault.scripted("status 500", Client.PATIENT, answer -> answer.code(500)));
        all.add(Fault.scripted("status 503", Client.PATIENT, answer -> answer.code(503)));
        all.add(Fault.scripted(
                "status 503, Retry-After: 0",
                Client.PATIENT,
                answer -> answer.code(503).setHeader("Retry-After", "0")));
        all.add(Fault.scripted("status 408", Client.PATIENT, answer -> answer.code(408)));
        all.add(Fault.scripted("status 9999", Client.PATIENT, answer -> answer.status("HTTP/1.1 9999 Odd")));
        all.add(Fault.scripted(
                "Content-Length too large",
                Client.PATIENT,
                answer -> answer.setHeader("Content-Length", "99").onResponseEnd(HALF_CLOSE)));
        all.add(Fault.scripted(
                "Content-Length too small", Client.PATIENT, answer -> answer.setHeader("Content-Length", "1")));
    }

    private static void delays(List<Fault> all) {
        all.add(Fault.scripted(
                "headersDelay", Client.PATIENT, answer -> answer.headersDelay(50, TimeUnit.MILLISECONDS)));
        all.add(Fault.scripted(
                "headersDelay beyond the timeout", Client.IMPATIENT, answer -> answer.headersDelay(1, TimeUnit.HOURS)));
        all.add(Fault.scripted("bodyDelay", Client.PATIENT, answer -> answer.bodyDelay(50, TimeUnit.MILLISECONDS)));
        all.add(Fault.scripted(
                "bodyDelay beyond the timeout", Client.IMPATIENT, answer -> answer.bodyDelay(1, TimeUnit.HOURS)));
        all.add(Fault.scripted(
                "trailersDelay beyond the timeout",
                Client.IMPATIENT,
                answer -> answer.trailersDelay(1, TimeUnit.HOURS)));
        all.add(Fault.scripted(
                        "trailersDelay beyond the timeout, chunked",
                        Client.IMPATIENT,
                        answer -> answer.chunkedBody("a:late", 3).trailersDelay(1, TimeUnit.HOURS))
                .only(Scope.H1));
        all.add(Fault.scripted(
                "throttleBody", Client.PATIENT, answer -> answer.throttleBody(1, 20, TimeUnit.MILLISECONDS)));
    }

    private static void handshakes(List<Fault> all) {
        all.add(Fault.ofTls("failHandshake", MatrixTls.RIGHT, MockResponse.Builder::failHandshake));
        all.add(Fault.ofTls("certificate of another name", MatrixTls.WRONG_NAME, answer -> {}));
        all.add(Fault.ofTls("certificate of an unknown authority", MatrixTls.WRONG_AUTHORITY, answer -> {}));
        all.add(Fault.ofTls("certificate that expired", MatrixTls.EXPIRED, answer -> {}));
        all.add(Fault.ofClientAuth("client certificate missing, TLS 1.2", Client.TLS_1_2));
        // The client is done first and meets the refusal later: over HTTP/2, while it connects or when it reads.
        all.add(Fault.ofClientAuth("client certificate missing, TLS 1.3", Client.PATIENT)
                .only(Scope.H1));
    }

    private static void webSockets(List<Fault> all) {
        Consumer<MockResponse.Builder> cut = answer -> answer.setHeader(ScriptedServer.CUTS, "true");
        all.add(Fault.scripted("conversation cut", Client.PATIENT, cut).only(Scope.WEB_SOCKET));
        all.add(Fault.ofTls("conversation cut, TLS", MatrixTls.RIGHT, cut).only(Scope.WEB_SOCKET));
        all.add(Fault.ofTls("none, TLS", MatrixTls.RIGHT, answer -> {}).only(Scope.WEB_SOCKET));
    }

    private static void sockets(List<Fault> all) {
        all.add(raw("absent server", Client.PATIENT, wire -> RawFaults.absent()));
        all.add(raw("full backlog", Client.IMPATIENT, wire -> RawFaults.fullBacklog()));
        all.add(afterRequest("closed after the request", Client.PATIENT, (connection, stream) -> {}));
        all.add(afterRequest("reset after the request", Client.PATIENT, (connection, stream) -> connection.reset()));
        all.add(afterRequest("reset in the body", Client.PATIENT, (connection, stream) -> {
            RawFaults.answerHalf(connection, stream);
            connection.reset();
        }));
        all.add(afterRequest("silence", Client.IMPATIENT, (connection, stream) -> connection.untilClosed()));
        all.add(afterRequest("slow-loris headers", Client.HURRIED, RawFaults::drip));
        all.add(afterRequest(
                "garbage bytes", Client.PATIENT, (connection, stream) -> connection.write("\1\2garbage\r\n\r\n")));
    }

    private static Fault afterRequest(String name, Client client, RawFaults.Effect effect) {
        return raw(name, client, wire -> RawFaults.afterRequest(wire, effect));
    }

    private static Fault raw(String name, Client client, Fault.Start start) {
        return new Fault("socket: " + name, false, client, Scope.ALL, start);
    }
}
