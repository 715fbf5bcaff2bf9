package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import okhttp3.OkHttpClient;

/** Opens each door to the library, in whatever OkHttp it is run with, and prints how that went. */
final class OldOkHttpProgram {
    /** What a user's first line may be. */
    enum Door {
        WRAP,
        WRAPPING,
        INTERCEPTOR,
        HEALTH_CHECK,
        HEALTH_CHECK_BY_HEAD
    }

    private OldOkHttpProgram() {}

    public static void main(String[] args) {
        try (LoadBalancer orders =
                LoadBalancers.named("orders").backends("http://127.0.0.1:1").build()) {
            for (Door door : Door.values()) {
                System.out.println(door + ": " + tried(door, orders));
            }
        }
    }

    private static String tried(Door door, LoadBalancer orders) {
        try {
            open(door, orders);
            return "opened";
        } catch (IllegalStateException e) {
            return e.toString();
        }
    }

    private static void open(Door door, LoadBalancer orders) {
        switch (door) {
            case WRAP -> Evenkeel.wrap(new OkHttpClient(), orders);
            case WRAPPING -> Evenkeel.wrapping(new OkHttpClient());
            case INTERCEPTOR -> LoadBalancingInterceptor.of(orders);
            case HEALTH_CHECK -> HttpHealthCheck.get("/health");
            case HEALTH_CHECK_BY_HEAD -> HttpHealthCheck.head("/health");
        }
    }
}
