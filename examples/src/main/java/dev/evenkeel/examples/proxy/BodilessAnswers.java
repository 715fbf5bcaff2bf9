package dev.evenkeel.examples.proxy;

import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;

/**
 * Keeps the head of a 204 or 205, since OkHttp fails the call when such an answer announces a body. It never has one, so
 * the head is all there is to relay.
 */
final class BodilessAnswers extends EventListener {
    static final BodilessAnswers KEPT = new BodilessAnswers();

    private BodilessAnswers() {}

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        if (response.code() == 204 || response.code() == 205) {
            Forwarding forwarding = call.request().tag(Forwarding.class);
            if (forwarding != null) {
                forwarding.bodiless = response;
            }
        }
    }
}
