package dev.evenkeel.examples.proxy;

import dev.evenkeel.lb.api.NoBackendAvailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one request after another on each connection: translate, call, relay. Blocks its thread. */
final class ForwardingHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardingHandler.class);

    private final RequestTranslator translator;
    private final UpstreamCalls upstream;
    private final AtomicInteger inFlight = new AtomicInteger();

    ForwardingHandler(RequestTranslator translator, UpstreamCalls upstream) {
        this.translator = translator;
        this.upstream = upstream;
    }

    /** Returns how many requests have begun and have not ended. */
    int inFlight() {
        return inFlight.get();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        inFlight.incrementAndGet();
        request.addIdleTimeoutListener(ForwardingHandler::failsWhenIdle);
        ClientEndPoint client =
                (ClientEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
        Completion done = new Completion(client, callback);
        try {
            forward(request, response, client, done);
        } catch (ProxyRefusal refusal) {
            client.served();
            StatusPages.write(refusal, response, done);
        } catch (ClientFailure failure) {
            LOG.debug("the client went away or broke the rules of HTTP", failure);
            answerBadClient(failure, response, client, done);
        } catch (IOException e) {
            LOG.debug("the backend's answer ended early", e);
            cutOff(client, done, e);
        } catch (RuntimeException e) {
            LOG.error("the proxy failed on a request", e);
            cutOff(client, done, e);
        }
        return true;
    }

    /** How long a backend may think is for the upstream's timeout to say, not for that of the client's connection. */
    private static boolean failsWhenIdle(TimeoutException timeout) {
        return false;
    }

    private void forward(Request request, Response response, ClientEndPoint client, Completion done)
            throws IOException, ProxyRefusal {
        StreamedBody body = new StreamedBody(request, client);
        okhttp3.Request translated = translator.translate(request, body);
        Call call = upstream.newCall(translated);
        client.serve(call);
        okhttp3.Response answer = execute(call, client);
        try {
            new ResponseRelay(request, response, answer).relay(done);
        } catch (IOException e) {
            call.cancel(); // before the close, which would else read on for a while
            answer.close();
            if (e instanceof ClientFailure || response.isCommitted()) {
                throw e;
            }
            throw refusal(e);
        }
    }

    private static okhttp3.Response execute(Call call, ClientEndPoint client) throws ClientFailure, ProxyRefusal {
        try {
            return call.execute();
        } catch (ClientFailure e) {
            throw e;
        } catch (IOException e) {
            if (client.isGone()) {
                throw new ClientFailure(e);
            }
            Forwarding forwarding = call.request().tag(Forwarding.class);
            okhttp3.Response bodiless = forwarding == null ? null : forwarding.bodiless;
            if (bodiless != null && e instanceof ProtocolException && AnswerRules.broken(bodiless) == null) {
                return bodiless;
            }
            throw refusal(e);
        }
    }

    private static ProxyRefusal refusal(IOException e) {
        LOG.debug("no answer from a backend", e);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoBackendAvailableException) {
                return new ProxyRefusal(503, "no backend is available");
            }
        }
        return e instanceof InterruptedIOException
                ? new ProxyRefusal(504, "the backend did not answer in time")
                : new ProxyRefusal(502, "the backend failed");
    }

    /** Bad framing gets a 400 if the answer has not begun; a client that is gone gets nothing. */
    private static void answerBadClient(
            ClientFailure failure, Response response, ClientEndPoint client, Completion done) {
        Throwable cause = failure.getCause();
        if (cause instanceof HttpException bad && client.isOpen() && !response.isCommitted()) {
            client.served();
            String reason = bad.getReason() == null ? "the body is malformed" : bad.getReason();
            StatusPages.write(new ProxyRefusal(bad.getCode(), reason), response, done);
        } else {
            cutOff(client, done, failure);
        }
    }

    private static void cutOff(ClientEndPoint client, Completion done, Exception why) {
        CutOff end = new CutOff(why);
        client.abort(end);
        done.failed(end);
    }

    /** The end of a request: first it is no longer ours, then Jetty may read the next. */
    private final class Completion extends Callback.Nested {
        private final ClientEndPoint client;

        Completion(ClientEndPoint client, Callback jetty) {
            super(jetty);
            this.client = client;
        }

        @Override
        public void succeeded() {
            end();
            super.succeeded();
        }

        @Override
        public void failed(Throwable x) {
            end();
            super.failed(x);
        }

        private void end() {
            client.served();
            inFlight.decrementAndGet();
        }
    }
}
