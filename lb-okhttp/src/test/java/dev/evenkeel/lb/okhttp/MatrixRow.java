package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.LoadBalancers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;

/** One call through a client with the defaults of the wrap over two backends, of which the first has a fault. */
record MatrixRow(Transport transport, Fault fault, Wire wire, MatrixCall call) {
    /**
     * What became of a row.
     *
     * @param caller what the caller saw
     * @param first the faulty backend, asked first
     * @param second the healthy one
     */
    record Result(String caller, Share first, Share second) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-17s | %-19s | %s", caller, first, second);
        }
    }

    /**
     * A backend's part in it.
     *
     * @param verdicts how each attempt on it was judged
     * @param received how many requests got there
     * @param resends how many of them the snapshot knows as sent again by OkHttp
     */
    record Share(List<Outcome.Kind> verdicts, int received, long resends) {
        @Override
        public String toString() {
            if (verdicts.isEmpty() && received == 0) {
                return "-";
            }
            return String.join(
                            "+", verdicts.stream().map(Outcome.Kind::toString).toList())
                    + ", " + received + (resends == 0 ? "" : ", " + resends + " again");
        }
    }

    static List<MatrixRow> all() {
        List<MatrixRow> rows = new ArrayList<>();
        List<Fault> faults = Faults.all();
        for (Transport transport : Transport.values()) {
            for (Fault fault : faults) {
                for (Wire wire : Wire.values()) {
                    for (MatrixCall call : MatrixCall.values()) {
                        if (fault.concerns(wire, call)) {
                            rows.add(new MatrixRow(transport, fault, wire, call));
                        }
                    }
                }
            }
        }
        return rows;
    }

    Result run() throws Exception {
        MatrixServer first = fault.start().on(wire);
        MatrixServer second = fault.healthy(wire);
        FirstInOrder policy = new FirstInOrder();
        Map<Endpoint, BackendTraffic> traffic = new HashMap<>();
        String caller;
        try (first;
                second;
                LoadBalancer balancer = LoadBalancers.named("orders")
                        .backends(first.url(), second.url())
                        .policy(policy)
                        .build()) {
            OkHttpClient client = client(balancer);
            caller = call.on(client, url());
            Eventually.holds("nothing is in flight", () -> inFlight(balancer) == 0);
            for (BackendSnapshot backend : balancer.snapshot().backends()) {
                traffic.put(backend.endpoint(), backend.traffic());
                assertThat(backend.traffic().attempts())
                        .isEqualTo(policy.endings(backend.endpoint()).size());
            }
            client.dispatcher().executorService().shutdown();
            assertThat(client.dispatcher().executorService().awaitTermination(20, TimeUnit.SECONDS))
                    .isTrue();
        }
        return new Result(caller, share(first, policy, traffic), share(second, policy, traffic));
    }

    private OkHttpClient client(LoadBalancer balancer) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().protocols(wire.protocols(fault.tls()));
        if (fault.tls()) {
            builder.sslSocketFactory(MatrixTls.CLIENT.sslSocketFactory(), MatrixTls.CLIENT.trustManager());
        }
        return Evenkeel.wrapping(fault.client().applyTo(builder).build())
                .balancers(balancer)
                .transport(balancer.name(), transport)
                .build();
    }

    /** A pinned call is made with the scheme of the backends. For the others it makes no difference. */
    private String url() {
        return (transport == Transport.PINNED && fault.tls() ? "https" : "http") + "://orders/";
    }

    private static int inFlight(LoadBalancer balancer) {
        return balancer.snapshot().backends().stream()
                .mapToInt(backend -> backend.traffic().inFlight())
                .sum();
    }

    private static Share share(MatrixServer server, FirstInOrder policy, Map<Endpoint, BackendTraffic> traffic)
            throws InterruptedException {
        Endpoint endpoint = Endpoint.of(server.url());
        long resends = Objects.requireNonNull(traffic.get(endpoint)).resends();
        return new Share(policy.endings(endpoint), server.received(), resends);
    }

    /** Returns what names the row in the table. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-7s | %-43s | %s | %-10s",
                transport.name().toLowerCase(Locale.ROOT),
                fault,
                wire.name().toLowerCase(Locale.ROOT),
                call);
    }
}
