package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The end of an enqueued call, with its body read. */
final class Ending implements Callback {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable String body;
    private volatile @Nullable IOException failure;

    static Ending of(Call call) {
        Ending ending = new Ending();
        call.enqueue(ending);
        return ending;
    }

    @Override
    public void onFailure(Call call, IOException e) {
        failure = e;
        done.countDown();
    }

    @Override
    public void onResponse(Call call, Response response) throws IOException {
        try (response) {
            body = response.body().string();
        } finally {
            done.countDown();
        }
    }

    @Nullable
    String body() throws InterruptedException {
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        return body;
    }

    @Nullable
    IOException failure() throws InterruptedException {
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        return failure;
    }
}
