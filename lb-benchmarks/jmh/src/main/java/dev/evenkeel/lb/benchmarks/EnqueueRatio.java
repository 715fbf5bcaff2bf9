package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Compares how many enqueued calls to one logical host end per second with a round robin written by hand on a default client,
 * whose dispatcher runs 5 of them at a time, and with a default client that is wrapped. In turns, against slow servers in a
 * process of their own.
 *
 * <p>Arguments, each optional: rounds, 5 by default; calls per client and round, 1,500 by default; milliseconds that a call
 * takes at the server, 20 by default. Ends by itself: with 0 if in the median round the wrapped client makes at least 10 times
 * as many calls a second, else with 1.
 */
public final class EnqueueRatio {
    private static final int SERVERS = 3;
    private static final double LIMIT = 10;

    /** Far more than 5 calls at a time take. */
    private static final int WATCHDOG_SECONDS = 120;

    private final int calls;
    private final OkHttpClient client;

    private EnqueueRatio(int calls, OkHttpClient client) {
        this.calls = calls;
        this.client = client;
    }

    /** The end of all calls of a round, or of the first that failed. */
    private static final class Ends implements Callback {
        private final CountDownLatch missing;
        private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

        Ends(int calls) {
            this.missing = new CountDownLatch(calls);
        }

        @Override
        public void onFailure(Call call, IOException e) {
            failure.compareAndSet(null, e);
            missing.countDown();
        }

        @Override
        public void onResponse(Call call, Response response) throws IOException {
            try (response) {
                if (response.body().bytes().length == 0 || response.code() != 200) {
                    failure.compareAndSet(null, new IOException("a call must be answered with 200, was " + response));
                }
            } catch (IOException e) {
                failure.compareAndSet(null, e);
            } finally {
                missing.countDown();
            }
        }

        void await() throws IOException, InterruptedException {
            boolean ended = missing.await(WATCHDOG_SECONDS, TimeUnit.SECONDS);
            IOException failed = failure.get();
            if (failed != null) {
                throw new IOException("no call may fail", failed);
            }
            if (!ended) {
                throw new IOException(missing.getCount() + " calls have not ended in " + WATCHDOG_SECONDS + " s");
            }
        }
    }

    /** Measures, prints the figures and exits. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int calls = args.length > 1 ? Integer.parseInt(args[1]) : 1_500;
        int millis = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        int status;
        try (ServerProcess servers = ServerProcess.of(SERVERS, millis);
                LoadBalancer balancer =
                        LoadBalancers.named(Urls.HOST).backends(servers.urls()).build()) {
            List<HttpUrl> backends =
                    Arrays.stream(servers.urls()).map(HttpUrl::get).toList();
            OkHttpClient byHand = new OkHttpClient.Builder()
                    .addInterceptor(new HandWritten(Urls.HOST, backends))
                    .build();
            status = report(
                    rounds,
                    new EnqueueRatio(calls, byHand),
                    new EnqueueRatio(calls, Evenkeel.wrap(new OkHttpClient(), balancer)));
        }
        System.exit(status);
    }

    private static int report(int rounds, EnqueueRatio byHand, EnqueueRatio wrapped)
            throws IOException, InterruptedException {
        byHand.perSecond(); // so that all is compiled before the first that counts
        wrapped.perSecond();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double usual = byHand.perSecond();
            double balanced = wrapped.perSecond();
            ratios.add(balanced / usual);
            System.out.printf(
                    Locale.ROOT,
                    "default %.0f calls/s, wrapped %.0f calls/s, ratio %.1f%n",
                    usual,
                    balanced,
                    balanced / usual);
        }
        double median = ratios.stream().sorted().toList().get(rounds / 2);
        boolean holds = median >= LIMIT;
        System.out.printf(
                Locale.ROOT, "median ratio %.1f, at least %.0f: %s%n", median, LIMIT, holds ? "holds" : "broken");
        return holds ? 0 : 1;
    }

    private double perSecond() throws IOException, InterruptedException {
        Ends ends = new Ends(calls);
        Request request = new Request.Builder().url("http://" + Urls.HOST + "/").build();
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            client.newCall(request).enqueue(ends);
        }
        ends.await();
        return calls * 1e9 / (System.nanoTime() - start);
    }
}
