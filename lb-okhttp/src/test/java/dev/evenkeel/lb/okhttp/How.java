package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** How a call is made. */
enum How {
    EXECUTE {
        @Override
        void begin(Call call, CompletableFuture<Response> end) {
            RawServer.daemon("caller", () -> {
                try {
                    end.complete(call.execute());
                } catch (IOException | RuntimeException e) {
                    end.completeExceptionally(e);
                }
            });
        }
    },
    ENQUEUE {
        @Override
        void begin(Call call, CompletableFuture<Response> end) {
            call.enqueue(new Callback() {
                @Override
                public void onFailure(Call told, IOException e) {
                    once(told == call && end.completeExceptionally(e));
                }

                @Override
                public void onResponse(Call told, Response response) {
                    once(told == call && end.complete(response));
                }

                private void once(boolean first) {
                    if (!first) {
                        SURPRISES.add("called back twice, or with another call");
                    }
                }
            });
        }
    };

    /** What callbacks heard that they must not hear. */
    static final List<String> SURPRISES = new CopyOnWriteArrayList<>();

    abstract void begin(Call call, CompletableFuture<Response> end);

    CompletableFuture<Response> begin(Call call) {
        CompletableFuture<Response> end = new CompletableFuture<>();
        begin(call, end);
        return end;
    }
}
