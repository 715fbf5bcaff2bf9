package dev.evenkeel.examples;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.io.PrintWriter;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** What a user writes. The lines between the markers stand in the README, word for word; a test compares them. */
final class Quickstart {
    /** Where the lines below expect backends. */
    static final int[] PORTS = {18081, 18082};

    private static final int CALLS = 6;

    private Quickstart() {}

    /** Makes a few calls and prints who answered. */
    static void run(PrintWriter out) throws IOException {
        // quickstart begin
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://127.0.0.1:18081", "http://127.0.0.1:18082")
                .healthCheck(HttpHealthCheck.get("/health"))
                .build();
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
        // quickstart end
        Request request = new Request.Builder().url("http://orders/").build();
        try (orders) {
            for (int i = 0; i < CALLS; i++) {
                try (Response response = client.newCall(request).execute()) {
                    out.println("GET " + response.request().url() + " -> " + response.code() + " "
                            + response.body().string().strip());
                }
            }
        }
        client.connectionPool().evictAll();
    }
}
