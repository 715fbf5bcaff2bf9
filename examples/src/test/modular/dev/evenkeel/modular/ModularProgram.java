package dev.evenkeel.modular;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.discovery.DnsSource;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.dns.DnsRecordsSource;
import dev.evenkeel.lb.micrometer.LoadBalancerMetrics;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import dev.evenkeel.lb.okhttp.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Balances over two servers of its own, in each way there is, and prints how that went, a line for each thing. */
public final class ModularProgram {
    private static final Logger log = LoggerFactory.getLogger(ModularProgram.class);
    private static final Duration WATCHDOG = Duration.ofSeconds(30);
    private static final int CALLS = 6;

    private ModularProgram() {}

    public static void main(String[] args) throws Exception {
        print("class path", System.getProperty("java.class.path"));
        for (Class<?> one : List.of(
                ModularProgram.class,
                LoadBalancer.class,
                LoadBalancers.class,
                DnsRecordsSource.class,
                Evenkeel.class,
                LoadBalancerMetrics.class,
                OkHttpClient.class,
                Logger.class,
                MeterRegistry.class)) {
            print(one.getSimpleName(), one.getModule().isNamed() ? one.getModule().getName() : "unnamed");
        }
        log.info("logged through a provider that is a module");
        HttpServer a = server("a", 503);
        HttpServer b = server("b", 200);
        try {
            balance(a, b);
        } finally {
            a.stop(0);
            b.stop(0);
        }
    }

    private static void balance(HttpServer a, HttpServer b) throws IOException, InterruptedException {
        HttpHealthCheck health = HttpHealthCheck.get("/health").expectBody("fine"::equals);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                        .backends(url(a), url(b))
                        .healthCheck(health)
                        .build();
                LoadBalancer pinned = LoadBalancers.named("pinned.test")
                        .backends(url(a), url(b))
                        .policy(RoundRobin.policy())
                        .healthCheck(health.pinned("pinned.test"))
                        .build()) {
            print("ready", orders.awaitReady(WATCHDOG) && pinned.awaitReady(WATCHDOG));
            awaitProbes(orders);
            awaitProbes(pinned);
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(orders, pinned)
                    .transport("pinned.test", Transport.PINNED)
                    .build();
            print("REWRITE", answers(client, "http://orders/who"));
            print("PINNED", answers(client, "http://pinned.test/who"));
            print("REWRITE, one fails", answers(client, "http://orders/sometimes"));
            print("PINNED, one fails", answers(client, "http://pinned.test/sometimes"));
            print("failed attempts", orders.snapshot().backends().get(0).traffic().failures() > 0);
            print("JSON", orders.snapshot().toJson().startsWith("{"));
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            LoadBalancerMetrics.of(orders).bindTo(registry);
            print("meters", !registry.getMeters().isEmpty());
        }
        discover();
    }

    /** With what a name server that is not there, and the JDK's resolver, can tell. */
    private static void discover() throws IOException, InterruptedException {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        try (LoadBalancer records = LoadBalancers.named("records")
                        .source(DnsRecordsSource.addresses("http://orders.test")
                                .servers(nobody)
                                .timeout(Duration.ofMillis(200)))
                        .build();
                LoadBalancer names = LoadBalancers.named("names")
                        .source(DnsSource.of("http://localhost:80"))
                        .build()) {
            print("records", records.snapshot().source() != null);
            print("names", names.awaitReady(WATCHDOG));
        }
    }

    private static void awaitProbes(LoadBalancer balancer) throws InterruptedException {
        long start = System.nanoTime();
        while (balancer.snapshot().backends().stream()
                .anyMatch(backend -> !backend.health().checked())) {
            if (System.nanoTime() - start > WATCHDOG.toNanos()) {
                throw new IllegalStateException("not probed within " + WATCHDOG + ": " + balancer.snapshot());
            }
            Thread.onSpinWait();
        }
        print(
                balancer.name() + " is probed",
                balancer.snapshot().backends().stream()
                        .map(backend -> backend.health().toString())
                        .distinct()
                        .toList());
    }

    /** Returns the names of those that answered. */
    private static Set<String> answers(OkHttpClient client, String url) throws IOException {
        Set<String> names = new TreeSet<>();
        for (int call = 0; call < CALLS; call++) {
            try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
                names.add(response.code() + " " + response.body().string() + " " + response.request().url());
            }
        }
        return names;
    }

    private static HttpServer server(String name, int sometimes) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/health", 200, "fine");
        answer(server, "/who", 200, name);
        answer(server, "/sometimes", sometimes, name);
        server.start();
        return server;
    }

    private static void answer(HttpServer server, String path, int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    private static String url(HttpServer server) {
        return Endpoint.of("http://127.0.0.1:" + server.getAddress().getPort()).url();
    }

    private static void print(String what, Object how) {
        System.out.println(what + ": " + how);
    }
}
