package dev.evenkeel.lb.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import okhttp3.Request;

/** The requests that are made in turns: how long their URLs are, and whether they repeat. */
final class Urls {
    /** The name of the balancer. */
    static final String HOST = "orders";

    /** Far more than may be remembered. */
    private static final int DISTINCT = 4_096;

    private static final String LONG = "/api/v1/customers/8f14e45f-ceea-467f-a9b1-5cd0b2b4a1de/orders/2026/items/";

    private Urls() {}

    /**
     * Makes requests for the logical host.
     *
     * @param url {@code short}, {@code long}, or {@code query} for a long one with a query
     * @param urls {@code repeated} for one and the same, or {@code distinct}
     */
    static List<Request> requests(String url, String urls) {
        int count = switch (urls) {
            case "repeated" -> 1;
            case "distinct" -> DISTINCT;
            default -> throw new IllegalArgumentException("URLs must be repeated or distinct, was " + urls);
        };
        return IntStream.range(0, count)
                .mapToObj(number -> new Request.Builder()
                        .url("http://" + HOST + path(url, 1_000_000 + number))
                        .build())
                .toList();
    }

    private static String path(String url, int id) {
        return switch (url) {
            case "short" -> "/items/" + id;
            case "long" -> LONG + id;
            case "query" -> LONG + id + "?page=3&size=50&sort=created%2Cdesc";
            default -> throw new IllegalArgumentException("a URL must be short, long or query, was " + url);
        };
    }
}
