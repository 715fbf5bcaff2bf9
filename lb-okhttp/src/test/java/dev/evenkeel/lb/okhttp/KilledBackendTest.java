package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of three backends is killed under 32 callers. The first connect failure that a call runs into takes it out. */
@Timeout(120)
class KilledBackendTest {
    private static final int CALLERS = 32;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final AtomicBoolean killed = new AtomicBoolean();

    /** True once the drain is in force. */
    private final AtomicBoolean out = new AtomicBoolean();

    private final AtomicInteger blamed = new AtomicInteger();
    private final AtomicInteger blamedForNothing = new AtomicInteger();
    private final AtomicInteger sentAfterDetection = new AtomicInteger();

    /** The balancer, with what a prober would do in its place: a connect failure takes the backend out. */
    private LoadBalancer detecting(LoadBalancer orders, Endpoint victim) {
        return (LoadBalancer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LoadBalancer.class}, (self, method, arguments) -> {
                    try {
                        boolean wasOut = out.get();
                        Object result = method.invoke(orders, arguments);
                        return result instanceof Lease lease ? watched(lease, orders, victim, wasOut) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Lease watched(Lease lease, LoadBalancer orders, Endpoint victim, boolean wasOut) {
        if (wasOut && lease.backend().endpoint().equals(victim)) {
            sentAfterDetection.incrementAndGet();
        }
        return new Lease() {
            @Override
            public Backend backend() {
                return lease.backend();
            }

            @Override
            public void answered(Outcome soFar) {
                lease.answered(soFar);
            }

            @Override
            public void resent() {
                lease.resent();
            }

            @Override
            public boolean complete(Outcome outcome) {
                if (outcome.kind() == Outcome.Kind.FAILURE || outcome.kind() == Outcome.Kind.UNREACHABLE) {
                    (backend().endpoint().equals(victim) ? blamed : blamedForNothing).incrementAndGet();
                }
                if (outcome.kind() == Outcome.Kind.UNREACHABLE) {
                    orders.drain(victim);
                    out.set(true);
                }
                return lease.complete(outcome);
            }
        };
    }

    @Test
    void without_retries_only_calls_in_flight_on_it_or_before_detection_fail() throws Exception {
        killOneUnderLoad(RetryPolicy.OFF);
    }

    @Test
    void with_retries_and_a_warm_budget_no_get_fails() throws Exception {
        killOneUnderLoad(RetryPolicy.DEFAULT);
    }

    private void killOneUnderLoad(RetryPolicy retries) throws Exception {
        try (RawServer victim = RawServer.answering(OK);
                RawServer second = RawServer.answering(OK);
                RawServer third = RawServer.answering(OK);
                LoadBalancer orders = LoadBalancers.named("orders")
                        .backends(victim.url(), second.url(), third.url())
                        .build()) {
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(detecting(orders, Endpoint.of(victim.url())))
                    .retries(retries)
                    .build();
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger answeredAfterDetection = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            AtomicInteger failedBeforeTheKill = new AtomicInteger();
            AtomicInteger begunAfterDetectionAndFailed = new AtomicInteger();
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(RawServer.daemon("caller-" + i, () -> {
                    while (!stop.get()) {
                        boolean wasOut = out.get();
                        boolean wasKilled = killed.get();
                        try {
                            call(client);
                            answered.incrementAndGet();
                            if (wasOut) {
                                answeredAfterDetection.incrementAndGet();
                            }
                        } catch (IOException e) {
                            failed.incrementAndGet();
                            if (wasOut) {
                                begunAfterDetectionAndFailed.incrementAndGet();
                            }
                            if (!killed.get() && !wasKilled) {
                                failedBeforeTheKill.incrementAndGet();
                            }
                        }
                    }
                }));
            }
            Eventually.holds("traffic flows", () -> answered.get() > 2_000);
            killed.set(true);
            victim.kill();
            Eventually.holds("a call runs into it", out::get);
            Eventually.holds("traffic flows on", () -> answeredAfterDetection.get() > 2_000);
            stop.set(true);
            for (Thread caller : callers) {
                caller.join(Eventually.WATCHDOG.toMillis());
                assertThat(caller.isAlive()).isFalse();
            }

            assertThat(failedBeforeTheKill).hasValue(0);
            assertThat(begunAfterDetectionAndFailed).hasValue(0);
            assertThat(sentAfterDetection).hasValue(0);
            assertThat(blamed).hasPositiveValue();
            if (retries.isOn()) {
                assertThat(failed).hasValue(0);
            } else {
                assertThat(failed).hasPositiveValue();
                assertThat(blamed.get()).isLessThanOrEqualTo(failed.get());
            }
            assertThat(blamedForNothing).hasValue(0);
            assertThat(orders.snapshot().backends())
                    .allSatisfy(
                            backend -> assertThat(backend.traffic().inFlight()).isZero());
        }
    }

    private static void call(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(
                        new Request.Builder().url("http://orders/").build())
                .execute()) {
            if (!response.body().string().equals("ok")) {
                throw new AssertionError("another answer");
            }
        }
    }
}
