package dev.evenkeel.lb.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The round robin that one writes by hand where there is no library: takes turns and rewrites the URL. It knows nothing of
 * health, counts nothing, and the response names the backend.
 */
final class HandWritten implements Interceptor {
    private final String logicalHost;
    private final List<HttpUrl> backends;
    private final AtomicInteger next = new AtomicInteger();

    HandWritten(String logicalHost, List<HttpUrl> backends) {
        this.logicalHost = logicalHost;
        this.backends = List.copyOf(backends);
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (!request.url().host().equals(logicalHost)) {
            return chain.proceed(request);
        }
        HttpUrl backend = backends.get(Math.floorMod(next.getAndIncrement(), backends.size()));
        HttpUrl url = request.url()
                .newBuilder()
                .scheme(backend.scheme())
                .host(backend.host())
                .port(backend.port())
                .build();
        return chain.proceed(request.newBuilder().url(url).build());
    }
}
