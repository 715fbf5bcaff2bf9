package dev.evenkeel.examples;

import dev.evenkeel.examples.Visitor.Answer;
import dev.evenkeel.lb.api.BackendState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.converter.scalars.ScalarsConverterFactory;

/** Retrofit on a wrapped client: the interface stays as it is, and the base URL is the balancer's name. */
final class RetrofitExample implements Tale {
    private static final int BURST = 30;
    private static final String BASE = "http://orders/";

    @Override
    public void tell(Story story, WrappedStage stage) throws DemoFailure, IOException, InterruptedException {
        story.step("Retrofit is given a wrapped client, and " + BASE + " as its base URL");
        stage.backends().forEach(backend -> story.line("backend %s   %s", backend.name(), backend.url()));
        OrdersApi api = new Retrofit.Builder()
                .baseUrl(BASE)
                .client(stage.client())
                .addConverterFactory(ScalarsConverterFactory.create())
                .build()
                .create(OrdersApi.class);

        story.step(BURST + " calls of an interface's method");
        check(story, read(api), stage.names());

        story.step(BURST + " calls that post a body");
        Tally posts = new Tally();
        for (int i = 0; i < BURST; i++) {
            posts.add(answer(api.place("tea").execute(), "v1/orders"));
        }
        check(story, posts, stage.names());

        story.step(BURST + " calls at once, each a CompletableFuture");
        check(story, readAtOnce(api, stage), stage.names());

        TestBackend victim = stage.backends().get(1);
        story.step("Backend " + victim.name() + " is killed");
        victim.kill();
        story.line("%d calls failed until it was out.", failuresUntilOut(api, stage, victim));
        check(story, read(api), without(stage.names(), victim.name()));
    }

    private static Tally read(OrdersApi api) throws DemoFailure, IOException {
        Tally tally = new Tally();
        for (int i = 0; i < BURST; i++) {
            Call<String> call = api.order(i);
            tally.add(answer(call.execute(), "v1/orders/" + i));
        }
        return tally;
    }

    private static Tally readAtOnce(OrdersApi api, WrappedStage stage)
            throws DemoFailure, IOException, InterruptedException {
        List<CompletableFuture<Response<String>>> pending = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            pending.add(api.orderLater(i));
        }
        Tally tally = new Tally();
        for (int i = 0; i < BURST; i++) {
            try {
                Response<String> response = pending.get(i).get(stage.patience().toMillis(), TimeUnit.MILLISECONDS);
                tally.add(answer(response, "v1/orders/" + i));
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("call " + i + " of " + BURST + " failed: " + e, e);
            }
        }
        return tally;
    }

    /** Calls until the balancer has found out, by its calls and its probes. */
    private static int failuresUntilOut(OrdersApi api, WrappedStage stage, TestBackend victim) throws DemoFailure {
        int failed = 0;
        long start = System.nanoTime();
        while (stage.seen(victim).state() != BackendState.DOWN) {
            if (System.nanoTime() - start >= stage.patience().toNanos()) {
                throw new DemoFailure("backend " + victim.name() + " should have been DOWN within "
                        + stage.patience().toMillis() + " ms");
            }
            try {
                answer(api.order(0).execute(), "v1/orders/0");
            } catch (IOException e) {
                failed++;
            }
        }
        return failed;
    }

    /** Takes an answer apart, and sees to it that no backend's URL is in it. */
    private static Answer answer(Response<String> response, String path) throws DemoFailure {
        String url = response.raw().request().url().toString();
        if (!url.equals(BASE + path)) {
            throw new DemoFailure("the answer should be from " + BASE + path + ", but was from " + url);
        }
        String body = response.body();
        String servedBy = response.headers().get(BackendHandler.SERVED_BY);
        return new Answer(response.code(), servedBy == null ? "" : servedBy, "", body == null ? "" : body, 0);
    }

    private static void check(Story story, Tally tally, List<String> names) throws DemoFailure {
        story.line("%s; each answer says it is from %s.", tally, BASE);
        if (!tally.isFairAmong(names)) {
            throw new DemoFailure(BURST + " calls should have been answered by " + String.join(", ", names)
                    + " in turns, but " + tally);
        }
    }

    private static List<String> without(List<String> names, String name) {
        return names.stream().filter(other -> !other.equals(name)).toList();
    }
}
