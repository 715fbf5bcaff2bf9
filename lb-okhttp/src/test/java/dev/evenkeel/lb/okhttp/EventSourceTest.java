package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-sent events through {@code okhttp-sse}: a stream is in flight for as long as it is open. */
@Timeout(60)
class EventSourceTest extends BalancedCalls {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    private static final String EVENTS = """
            data: one

            id: 2
            event: note
            data: two

            """;

    private final Log log = new Log();

    /** Writes down what happens, in order. */
    private static final class Log extends EventSourceListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void onOpen(EventSource eventSource, Response response) {
            events.add("open " + response.request().url());
        }

        @Override
        public void onEvent(EventSource eventSource, @Nullable String id, @Nullable String type, String data) {
            events.add(id + " " + type + " " + data);
        }

        @Override
        public void onClosed(EventSource eventSource) {
            events.add("closed");
        }

        @Override
        public void onFailure(EventSource eventSource, @Nullable Throwable t, @Nullable Response response) {
            events.add("failed");
        }

        String next() throws InterruptedException {
            String event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }
    }

    private EventSource open(RawServer.Script afterTheEvents) throws IOException {
        OkHttpClient client = client(
                connection -> {
                    connection.readHead();
                    connection.write(HEAD + EVENTS);
                    afterTheEvents.serve(connection);
                },
                builder -> builder);
        return EventSources.createFactory(client).newEventSource(GET, log);
    }

    private void assertEventsArrive() throws InterruptedException {
        assertThat(log.next()).isEqualTo("open http://orders/");
        assertThat(log.next()).isEqualTo("null null one");
        assertThat(log.next()).isEqualTo("2 note two");
    }

    @Test
    void stream_is_in_flight_until_the_server_ends_it() throws Exception {
        BlockingQueue<String> end = new LinkedBlockingQueue<>();
        open(connection -> {
            try {
                assertThat(end.poll(20, TimeUnit.SECONDS)).isEqualTo("now");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertEventsArrive();
        assertInFlight(1);
        end.add("now");
        assertThat(log.next()).isEqualTo("closed");
        assertOutcomes(Kind.SUCCESS);
    }

    @Test
    void stream_that_the_caller_cancels_is_over_and_blames_nobody() throws Exception {
        EventSource source = open(RawServer.Connection::untilClosed);
        assertEventsArrive();
        assertInFlight(1);
        source.cancel();
        assertThat(log.next()).isEqualTo("failed");
        assertOutcomes(Kind.IGNORED);
        Eventually.holds("the server sees it closed", () -> server.ended.get() == 1);
    }

    @Test
    void stream_that_is_reset_counts_against_its_backend() throws Exception {
        BlockingQueue<String> reset = new LinkedBlockingQueue<>();
        open(connection -> {
            try {
                assertThat(reset.poll(20, TimeUnit.SECONDS)).isEqualTo("now");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            connection.reset();
        });
        assertEventsArrive();
        assertInFlight(1);
        reset.add("now");
        assertThat(log.next()).isEqualTo("failed");
        assertOutcomes(Kind.FAILURE);
    }

    @Test
    void answer_that_is_no_stream_is_over_at_once() throws Exception {
        EventSources.createFactory(answering(OK)).newEventSource(GET, log);
        assertThat(log.next()).isEqualTo("failed");
        assertOutcomes(Kind.SUCCESS);
    }
}
