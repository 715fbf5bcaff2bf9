package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Three servers in a process of their own, and the clients that are compared on them. For one thread; its clients are not. */
final class Loopback implements AutoCloseable {
    private static final int SERVERS = 3;

    /** As many as a wrapped client keeps, or what is compared would be the size of the pool. */
    private static final int IDLE_CONNECTIONS = 64;

    private final ServerProcess servers;
    private final List<HttpUrl> backends;
    private final List<Request> requests;
    private final List<LoadBalancer> balancers = new ArrayList<>();
    private final List<LoopbackClient> clients = new ArrayList<>();

    private Loopback(ServerProcess servers, List<Request> requests) {
        this.servers = servers;
        this.backends = Stream.of(servers.urls()).map(HttpUrl::get).toList();
        this.requests = requests;
    }

    /**
     * Starts the servers.
     *
     * @param requests what the clients ask for, as in {@link Urls}
     */
    static Loopback start(List<Request> requests) throws IOException {
        return new Loopback(ServerProcess.of(SERVERS, 0), requests);
    }

    /**
     * Makes a client that is given the servers' own URLs in turns, so that what the others add is what balancing adds.
     *
     * @param like the client whose connections it takes
     */
    LoopbackClient bare(OkHttpClient like) {
        List<Request> direct = new ArrayList<>();
        for (int i = 0; i < requests.size() * SERVERS; i++) {
            String path =
                    requests.get(i % requests.size()).url().toString().substring(("http://" + Urls.HOST).length());
            direct.add(new Request.Builder()
                    .url(backends.get(i % SERVERS).resolve(path))
                    .build());
        }
        return keep(new LoopbackClient("bare", plain(like).build(), direct));
    }

    /**
     * Makes a client with a round robin written by hand.
     *
     * @param like the client whose connections it takes
     */
    LoopbackClient handWritten(OkHttpClient like) {
        OkHttpClient client =
                plain(like).addInterceptor(new HandWritten(Urls.HOST, backends)).build();
        return keep(new LoopbackClient("hand-written", client, requests));
    }

    /** Makes a client of a balancer of its own over the servers, as the wrap does that is given. */
    LoopbackClient wrapped(String name, Function<LoadBalancer, OkHttpClient> wrap) {
        LoadBalancer balancer =
                LoadBalancers.named(Urls.HOST).backends(servers.urls()).build();
        balancers.add(balancer);
        return keep(new LoopbackClient(name, wrap.apply(balancer), requests));
    }

    /** Makes a client with connections of its own, and room for as many idle ones as a wrapped client has. */
    static OkHttpClient alone() {
        return new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
                .build();
    }

    /** Begins a client that takes the same connections as another one: OkHttp shares those whose resolver is the same. */
    private static OkHttpClient.Builder plain(OkHttpClient like) {
        return new OkHttpClient.Builder().connectionPool(like.connectionPool()).dns(like.dns());
    }

    private LoopbackClient keep(LoopbackClient client) {
        clients.add(client);
        return client;
    }

    /** Closes the connections of all clients, none of which may be in use, and their balancers, and ends the servers. */
    @Override
    public void close() {
        try (servers) {
            clients.forEach(LoopbackClient::disconnect);
            balancers.forEach(LoadBalancer::close);
        }
    }
}
