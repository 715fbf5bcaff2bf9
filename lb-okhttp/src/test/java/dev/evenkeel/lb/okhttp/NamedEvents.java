package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;

/** Writes down some events of one call, and that they are that one's. */
final class NamedEvents extends EventListener {
    private final Call own;
    private final List<String> events;

    NamedEvents(Call own, List<String> events) {
        this.own = own;
        this.events = events;
    }

    private void add(Call call, String event) {
        assertThat(call).isSameAs(own);
        events.add(event);
    }

    @Override
    public void callStart(Call call) {
        add(call, "callStart");
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        add(call, "connectionAcquired");
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        add(call, "connectionReleased");
    }

    @Override
    public void requestHeadersStart(Call call) {
        add(call, "requestHeadersStart");
    }

    @Override
    public void requestHeadersEnd(Call call, Request request) {
        add(call, "requestHeadersEnd");
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        add(call, "responseHeadersEnd " + response.code());
    }

    @Override
    public void responseBodyEnd(Call call, long byteCount) {
        add(call, "responseBodyEnd");
    }

    @Override
    public void canceled(Call call) {
        add(call, "canceled");
    }

    @Override
    public void callEnd(Call call) {
        add(call, "callEnd");
    }

    @Override
    public void callFailed(Call call, IOException ioe) {
        add(call, "callFailed");
    }
}
