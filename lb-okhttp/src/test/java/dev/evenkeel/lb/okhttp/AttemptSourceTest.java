package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the balancer is told of a call. */
@Timeout(60)
class AttemptSourceTest extends BalancedCalls {
    private Attempt told(AttemptSource source, Request request) throws IOException {
        OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                .balancers(balancer)
                .attempts(source)
                .build();
        return told(client, request);
    }

    private Attempt told(OkHttpClient client, Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        return balancer.attempts().get(balancer.attempts().size() - 1);
    }

    private static void assertKey(Attempt told, @Nullable String key) {
        assertThat(told.isKeyed()).isEqualTo(key != null);
        assertThat(told.hash()).isEqualTo(key == null ? 0 : Attempt.hash(key));
    }

    @Test
    void nothing_is_told_by_default() throws IOException {
        assertThat(told(Evenkeel.wrap(new OkHttpClient(), balancer), GET)).isSameAs(Attempt.PLAIN.repeatable(true));
    }

    @ParameterizedTest
    @CsvSource({"GET, true", "HEAD, true", "OPTIONS, true", "PUT, true", "DELETE, true", "POST, false", "PATCH, false"})
    void calls_that_may_be_made_again_are_marked_as_such(String method, boolean repeatable) throws IOException {
        RequestBody body = RequestBody.create(new byte[] {1, 2, 3});
        boolean withBody = method.startsWith("P");
        Request request =
                GET.newBuilder().method(method, withBody ? body : null).build();
        AttemptSource keyed = AttemptSource.keyedByPath();
        assertThat(told(keyed, request).isRepeatable()).isEqualTo(repeatable);
        Request tagged =
                request.newBuilder().tag(Attempt.class, Attempt.keyed("user-7")).build();
        Attempt told = told(keyed, tagged);
        assertThat(told.isRepeatable()).isEqualTo(repeatable);
        assertThat(told.hash()).isEqualTo(Attempt.hash("user-7"));
    }

    @ParameterizedTest
    @CsvSource({"GET, false", "POST, true"})
    void what_the_caller_says_of_repeating_counts_more_than_the_method(String method, boolean said) throws IOException {
        Attempt mine = Attempt.keyed("user-7").repeatable(said);
        RequestBody body = method.equals("POST") ? RequestBody.create("x", null) : null;
        Request request = GET.newBuilder().method(method, body).build();
        Request tagged = request.newBuilder().tag(Attempt.class, mine).build();
        assertThat(told(ignored -> null, tagged)).isSameAs(mine);
        assertThat(told(ignored -> mine, request)).isSameAs(mine);
    }

    @Test
    void a_body_that_can_be_written_only_once_is_not_repeatable_whatever_the_caller_says() throws IOException {
        Request request = GET.newBuilder().put(oneShot()).build();
        assertThat(told(ignored -> null, request).isRepeatable()).isFalse();
        Request tagged = request.newBuilder()
                .tag(Attempt.class, Attempt.keyed("user-7").repeatable(true))
                .build();
        Attempt told = told(ignored -> null, tagged);
        assertThat(told.isRepeatable()).isFalse();
        assertThat(told.hash()).isEqualTo(Attempt.hash("user-7"));
    }

    private static RequestBody oneShot() {
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeByte(1);
            }

            @Override
            public boolean isOneShot() {
                return true;
            }
        };
    }

    @Test
    void a_header_is_the_key() throws IOException {
        AttemptSource byUser = AttemptSource.keyedByHeader("X-User");
        assertKey(told(byUser, GET.newBuilder().header("x-user", "ada").build()), "ada");
        assertKey(
                told(
                        byUser,
                        GET.newBuilder()
                                .addHeader("X-User", "ada")
                                .addHeader("X-User", "bob")
                                .build()),
                "bob");
        assertKey(told(byUser, GET.newBuilder().header("X-User", "").build()), null);
        assertKey(told(byUser, GET), null);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "id=7, 7",
                "a=1; id=7; b=2, 7",
                "a=1;id=7, 7",
                "id=a=b, a=b",
                "xid=1; id=7; id=8, 7",
                "ID=7, -",
                "id, -",
                "id=, -",
                "a=1; b=id=7, -",
                ";;;, -",
                "-, -"
            })
    void a_cookie_is_the_key(@Nullable String cookies, @Nullable String key) throws IOException {
        Request request = cookies == null
                ? GET
                : GET.newBuilder().header("Cookie", cookies).build();
        assertKey(told(AttemptSource.keyedByCookie("id"), request), key);
    }

    @Test
    void a_cookie_is_found_in_any_of_several_headers() throws IOException {
        Request request = GET.newBuilder()
                .addHeader("Cookie", "a=1")
                .addHeader("Cookie", "id=7")
                .build();
        assertKey(told(AttemptSource.keyedByCookie("id"), request), "7");
    }

    @Test
    void the_path_without_the_query_is_the_key() throws IOException {
        Request request =
                new Request.Builder().url("http://orders/v1/a%20b?q=1").build();
        assertKey(told(AttemptSource.keyedByPath(), request), "/v1/a%20b");
        assertKey(told(AttemptSource.keyedByPath(), GET), "/");
    }

    @Test
    void what_a_function_says_is_the_key_and_null_is_none() throws IOException {
        assertKey(told(AttemptSource.keyedBy(Request::method), GET), "GET");
        assertKey(told(AttemptSource.keyedBy(request -> null), GET), null);
        assertThat(told(request -> null, GET)).isSameAs(Attempt.PLAIN.repeatable(true));
    }

    @Test
    void a_tag_wins_and_the_source_is_not_asked() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Attempt mine = Attempt.sticking("token").withKey("ada");
        AttemptSource counting = request -> {
            asked.getAndIncrement();
            return Attempt.keyed("bob");
        };
        Request request = GET.newBuilder().tag(Attempt.class, mine).build();
        Attempt told = told(counting, request);
        assertKey(told, "ada");
        assertThat(told.token()).isEqualTo("token");
        assertThat(asked).hasValue(0);
        assertKey(told(counting, GET), "bob");
    }

    @Test
    void an_interceptor_that_was_added_by_hand_has_a_source_too() throws IOException {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(LoadBalancingInterceptor.of(balancer).attempts(AttemptSource.keyedByPath()))
                .build();
        assertKey(told(client, GET), "/");
    }

    @Test
    void a_source_that_throws_ends_the_call_with_an_exception_that_says_so() throws Exception {
        AttemptSource broken = AttemptSource.keyedBy(request -> {
            throw new IllegalStateException("no user");
        });
        OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                .balancers(balancer)
                .attempts(broken)
                .build();
        assertThatThrownBy(() -> client.newCall(GET).execute())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("orders: the attempt source failed for GET http://orders/...:"
                        + " java.lang.IllegalStateException: no user")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(Ending.of(client.newCall(GET)).failure()).isExactlyInstanceOf(IOException.class);
        assertThat(balancer.acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a=", "a;", "\u00e9", "a\n"})
    void a_name_that_no_header_or_cookie_can_have_is_refused(String name) {
        assertThatThrownBy(() -> AttemptSource.keyedByHeader(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of a header must be letters, digits and any of !#$%&'*+.^_`|~-, was \"" + name
                        + "\"");
        assertThatThrownBy(() -> AttemptSource.keyedByCookie(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the name of a cookie must be");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a null checker can do
    void null_is_refused_by_name() {
        assertThatThrownBy(() -> AttemptSource.keyedByHeader(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThatThrownBy(() -> AttemptSource.keyedByCookie(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThatThrownBy(() -> AttemptSource.keyedBy(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("key");
    }
}
