package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import okhttp3.Call;
import okhttp3.CipherSuite;
import okhttp3.Connection;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever OkHttp tells, also in a version to come, is forwarded or left out on purpose. */
class ForwardedEventsTest {
    /** The outer call has its own. */
    private static final Set<String> OF_THE_OUTER_CALL =
            Set.of("callStart", "callEnd", "callFailed", "canceled", "dispatcherQueueStart", "dispatcherQueueEnd");

    private static final Request REQUEST =
            new Request.Builder().url("http://orders/").build();
    private static final OkHttpClient CLIENT = new OkHttpClient();
    private static final Call OUTER = CLIENT.newCall(REQUEST);
    private static final Call INNER = CLIENT.newCall(REQUEST);

    private final List<Object> heard = new ArrayList<>();
    private final List<@Nullable IOException> ended = new ArrayList<>();
    private final ForwardedEvents events = new ForwardedEvents(chain(), ended::add);

    static List<Method> events() {
        return Arrays.stream(EventListener.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers()))
                .toList();
    }

    private Interceptor.Chain chain() {
        EventListener listener = new Everything();
        return fake(Interceptor.Chain.class, method -> switch (method) {
            case "call" -> OUTER;
            case "getEventListener" -> listener;
            default -> throw new AssertionError(method);
        });
    }

    private interface Answers {
        Object to(String method);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answers.to(method.getName())));
    }

    private static Object sample(Class<?> type) throws IOException {
        if (type == Connection.class) {
            return fake(Connection.class, method -> method);
        }
        if (type == Response.class) {
            return new Response.Builder()
                    .request(REQUEST)
                    .protocol(Protocol.HTTP_2)
                    .code(200)
                    .message("")
                    .build();
        }
        List<Object> samples = List.of(
                INNER,
                HttpUrl.get("http://one.test/"),
                new ArrayList<>(),
                "one.test",
                InetSocketAddress.createUnresolved("one.test", 80),
                java.net.Proxy.NO_PROXY,
                Handshake.get(TlsVersion.TLS_1_3, CipherSuite.TLS_AES_128_GCM_SHA256, List.of(), List.of()),
                Protocol.HTTP_2,
                new IOException("why"),
                REQUEST,
                7L,
                true,
                CLIENT.dispatcher());
        return samples.stream()
                .filter(one -> type.isPrimitive() ? one.getClass() == boxed(type) : type.isInstance(one))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sample of " + type));
    }

    private static Class<?> boxed(Class<?> type) {
        return type == long.class ? Long.class : Boolean.class;
    }

    @ParameterizedTest
    @MethodSource("events")
    void an_event_is_told_of_the_outer_call_with_what_came_with_it(Method event) throws Exception {
        List<Object> told = new ArrayList<>();
        for (Class<?> type : event.getParameterTypes()) {
            told.add(sample(type));
        }
        event.invoke(events, told.toArray());
        if (OF_THE_OUTER_CALL.contains(event.getName())) {
            assertThat(heard).isEmpty();
            assertThat(ended).hasSize(event.getName().matches("callEnd|callFailed") ? 1 : 0);
        } else {
            told.set(0, event.getName());
            assertThat(heard).isEqualTo(told);
            assertThat(ended).isEmpty();
        }
    }

    /** Writes down each event and what came with it. */
    private final class Everything extends EventListener {
        private void add(String event, Call call, @Nullable Object... with) {
            assertThat(call).isSameAs(OUTER);
            heard.add(event);
            heard.addAll(Arrays.asList(with));
        }

        @Override
        public void proxySelectStart(Call call, HttpUrl url) {
            add("proxySelectStart", call, url);
        }

        @Override
        public void proxySelectEnd(Call call, HttpUrl url, List<java.net.Proxy> proxies) {
            add("proxySelectEnd", call, url, proxies);
        }

        @Override
        public void dnsStart(Call call, String domainName) {
            add("dnsStart", call, domainName);
        }

        @Override
        public void dnsEnd(Call call, String domainName, List<InetAddress> addresses) {
            add("dnsEnd", call, domainName, addresses);
        }

        @Override
        public void connectStart(Call call, InetSocketAddress address, java.net.Proxy proxy) {
            add("connectStart", call, address, proxy);
        }

        @Override
        public void secureConnectStart(Call call) {
            add("secureConnectStart", call);
        }

        @Override
        public void secureConnectEnd(Call call, @Nullable Handshake handshake) {
            add("secureConnectEnd", call, handshake);
        }

        @Override
        public void connectEnd(
                Call call, InetSocketAddress address, java.net.Proxy proxy, @Nullable Protocol protocol) {
            add("connectEnd", call, address, proxy, protocol);
        }

        @Override
        public void connectFailed(
                Call call,
                InetSocketAddress address,
                java.net.Proxy proxy,
                @Nullable Protocol protocol,
                IOException why) {
            add("connectFailed", call, address, proxy, protocol, why);
        }

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            add("connectionAcquired", call, connection);
        }

        @Override
        public void connectionReleased(Call call, Connection connection) {
            add("connectionReleased", call, connection);
        }

        @Override
        public void requestHeadersStart(Call call) {
            add("requestHeadersStart", call);
        }

        @Override
        public void requestHeadersEnd(Call call, Request request) {
            add("requestHeadersEnd", call, request);
        }

        @Override
        public void requestBodyStart(Call call) {
            add("requestBodyStart", call);
        }

        @Override
        public void requestBodyEnd(Call call, long byteCount) {
            add("requestBodyEnd", call, byteCount);
        }

        @Override
        public void requestFailed(Call call, IOException why) {
            add("requestFailed", call, why);
        }

        @Override
        public void responseHeadersStart(Call call) {
            add("responseHeadersStart", call);
        }

        @Override
        public void responseHeadersEnd(Call call, Response response) {
            add("responseHeadersEnd", call, response);
        }

        @Override
        public void responseBodyStart(Call call) {
            add("responseBodyStart", call);
        }

        @Override
        public void responseBodyEnd(Call call, long byteCount) {
            add("responseBodyEnd", call, byteCount);
        }

        @Override
        public void responseFailed(Call call, IOException why) {
            add("responseFailed", call, why);
        }

        @Override
        public void satisfactionFailure(Call call, Response response) {
            add("satisfactionFailure", call, response);
        }

        @Override
        public void cacheHit(Call call, Response response) {
            add("cacheHit", call, response);
        }

        @Override
        public void cacheMiss(Call call) {
            add("cacheMiss", call);
        }

        @Override
        public void cacheConditionalHit(Call call, Response response) {
            add("cacheConditionalHit", call, response);
        }

        @Override
        public void retryDecision(Call call, IOException why, boolean retry) {
            add("retryDecision", call, why, retry);
        }

        @Override
        public void followUpDecision(Call call, Response response, @Nullable Request next) {
            add("followUpDecision", call, response, next);
        }

        @Override
        public void callStart(Call call) {
            add("callStart", call);
        }

        @Override
        public void dispatcherQueueStart(Call call, Dispatcher dispatcher) {
            add("dispatcherQueueStart", call, dispatcher);
        }

        @Override
        public void dispatcherQueueEnd(Call call, Dispatcher dispatcher) {
            add("dispatcherQueueEnd", call, dispatcher);
        }

        @Override
        public void callEnd(Call call) {
            add("callEnd", call);
        }

        @Override
        public void callFailed(Call call, IOException why) {
            add("callFailed", call, why);
        }

        @Override
        public void canceled(Call call) {
            add("canceled", call);
        }
    }
}
