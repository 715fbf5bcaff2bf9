package dev.evenkeel.lb.benchmarks;

import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.openjdk.jmh.annotations.CompilerControl;

/**
 * Stands in for the network: the last interceptor, which answers at once. Not inlined, as the network is not: or how much of
 * the answer is compiled away would depend on how much code is around it.
 */
final class AnswerFromMemory implements Interceptor {
    private static final byte[] BODY = "{\"id\":42,\"state\":\"open\"}".getBytes(StandardCharsets.UTF_8);
    private static final MediaType JSON = MediaType.get("application/json");

    /** As many as a plain server sends. */
    private static final Headers HEADERS = Headers.of(
            "Server", "nginx",
            "Date", "Thu, 01 Jan 2026 00:00:00 GMT",
            "Content-Type", "application/json",
            "Content-Length", Integer.toString(BODY.length),
            "Connection", "keep-alive");

    @Override
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    public Response intercept(Chain chain) {
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .headers(HEADERS)
                .body(ResponseBody.create(BODY, JSON))
                .build();
    }
}
