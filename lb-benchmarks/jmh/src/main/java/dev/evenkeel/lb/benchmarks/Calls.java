package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** Calls of a client that is set up as the benchmark's name says, over the network {@link AnswerFromMemory}. For one thread. */
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class Calls {
    @Param({"short", "long", "query"})
    String url;

    @Param({"repeated", "distinct"})
    String urls;

    @Param({"none", "memory"})
    String network;

    private LoadBalancer balancer;
    private OkHttpClient client;
    private List<Request> requests;
    private boolean balanced;
    private long made;

    /** Builds the client and the requests. */
    @Setup
    public void build(BenchmarkParams params) {
        List<String> backends = IntStream.range(0, 3)
                // Where OkHttp is given sockets, pinned backends must listen on the port of the URL.
                .mapToObj(number -> "http://10.0.0." + number + (network.equals("memory") ? "" : ":8080"))
                .toList();
        balancer = LoadBalancers.named(Urls.HOST)
                .backends(backends.toArray(String[]::new))
                .build();
        OkHttpClient plain = plain();
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        balanced = method.equals("rewrite") || method.equals("pinned");
        OkHttpClient.Builder set = switch (method) {
            case "bare" -> plain.newBuilder();
            case "handWritten" ->
                plain.newBuilder()
                        .addInterceptor(new HandWritten(
                                Urls.HOST, backends.stream().map(HttpUrl::get).toList()));
            case "rewrite" -> Evenkeel.wrap(plain, balancer).newBuilder();
            case "pinned" ->
                Evenkeel.wrapping(plain)
                        .balancers(balancer)
                        .transport(Urls.HOST, Transport.PINNED)
                        .build()
                        .newBuilder();
            default -> throw new IllegalArgumentException("no client for " + method);
        };
        client = network.equals("none")
                ? set.addInterceptor(new AnswerFromMemory()).build()
                : set.build();
        requests = Urls.requests(url, urls);
    }

    private OkHttpClient plain() {
        return switch (network) {
            case "none" -> new OkHttpClient();
            case "memory" ->
                new OkHttpClient.Builder()
                        .socketFactory(new AnsweringSockets())
                        .dns(host -> List.of(InetAddress.getLoopbackAddress())) // what nobody connects to
                        .readTimeout(Duration.ZERO) // or a thread is woken for each call
                        .writeTimeout(Duration.ZERO)
                        .build();
            default -> throw new IllegalArgumentException("a network must be none or memory, was " + network);
        };
    }

    /** Makes a call of the next request. */
    Call next() {
        return client.newCall(requests.get((int) (made++ % requests.size())));
    }

    /**
     * Closes the balancer.
     *
     * @throws IllegalStateException if a balanced call was not accounted for, or not to its end
     */
    @TearDown
    public void close() {
        List<BackendTraffic> traffic = balancer.snapshot().backends().stream()
                .map(BackendSnapshot::traffic)
                .toList();
        balancer.close();
        long attempts = traffic.stream().mapToLong(BackendTraffic::attempts).sum();
        boolean ended = traffic.stream().allMatch(backend -> backend.inFlight() == 0 && backend.failures() == 0);
        if (attempts != (balanced ? made : 0) || !ended) {
            throw new IllegalStateException("each of " + made + " calls must have ended well, was " + traffic);
        }
    }
}
