package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class FeedbackTest {
    private final ManualTime time = ManualTime.create();
    private final List<String> told = new ArrayList<>();
    private final List<LoadBalancerEvent> events = new ArrayList<>();

    private LoadBalancer orders(Selector.Factory policy) {
        return LoadBalancers.named("orders")
                .backends("http://a")
                .policy(policy)
                .time(time)
                .listener(events::add)
                .build();
    }

    @Test
    void a_policy_hears_each_attempt_begin_answer_and_end() throws Exception {
        try (LoadBalancer orders = orders(new Listening())) {
            Lease lease = orders.acquire();

            lease.answered(Outcome.SUCCESS);
            lease.answered(Outcome.REJECTED);
            lease.complete(Outcome.failure(new IOException("reset")));
            lease.answered(Outcome.SUCCESS);
            lease.complete(Outcome.SUCCESS);

            orders.acquire().complete(Outcome.IGNORED);

            assertThat(told)
                    .containsExactly(
                            "http://a:80 begun 1",
                            "http://a:80 answered 1 SUCCESS",
                            "http://a:80 ended 1 FAILURE true",
                            "http://a:80 begun 2",
                            "http://a:80 ended 2 IGNORED false");
        }
    }

    @Test
    void a_backend_is_introduced_once_and_keeps_its_feedback() throws Exception {
        Listening policy = new Listening();
        try (LoadBalancer orders = orders(policy)) {
            orders.add(Endpoint.of("http://b"));
            orders.drain(Endpoint.of("http://a"));
            orders.resume(Endpoint.of("http://a"));
            assertThat(policy.introduced).containsExactly("http://a:80", "http://b:80");
            assertThat(policy.latest.members())
                    .extracting(candidate -> String.valueOf(candidate.feedback()))
                    .containsExactly("feedback for http://a:80", "feedback for http://b:80");
        }
    }

    @Test
    void feedback_that_throws_costs_no_call_and_is_told_once() throws Exception {
        Selector.Factory broken = new Listening() {
            @Override
            public Feedback feedback(Backend backend, LongSupplier clock) {
                return new Feedback() {
                    @Override
                    public long begun() {
                        throw new IllegalStateException("begun");
                    }

                    @Override
                    public void answered(long mark, Outcome.Kind soFar) {
                        throw new IllegalStateException("answered");
                    }

                    @Override
                    public void ended(long mark, Outcome.Kind outcome, boolean answered) {
                        throw new IllegalStateException("ended");
                    }
                };
            }
        };
        try (LoadBalancer orders = orders(broken)) {
            for (int i = 0; i < 3; i++) {
                Lease lease = orders.acquire();
                lease.answered(Outcome.SUCCESS);
                assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
            }
            assertThat(orders.snapshot().backends().get(0).traffic().inFlight()).isZero();
            time.advance(Duration.ZERO);
            assertThat(events)
                    .filteredOn(event -> event.kind() == Kind.POLICY_FAILED)
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.reason())
                                .isEqualTo(
                                        "policy listening: its feedback threw java.lang.IllegalStateException: begun");
                        assertThat(event.cause()).isInstanceOf(IllegalStateException.class);
                    });
        }
    }

    @Test
    void an_attempt_ends_whatever_the_outcome_and_the_feedback_are() throws Exception {
        Selector.Factory sneaky = new Listening() {
            @Override
            public Feedback feedback(Backend backend, LongSupplier clock) {
                return new Feedback() {
                    @Override
                    public long begun() {
                        throw sneak(new IOException("begun"));
                    }

                    @Override
                    public void answered(long mark, Outcome.Kind soFar) {}

                    @Override
                    public void ended(long mark, Outcome.Kind outcome, boolean answered) {
                        throw sneak(new IOException("ended"));
                    }
                };
            }
        };
        try (LoadBalancer orders = orders(sneaky)) {
            Lease lease = orders.acquire();
            assertThatNullPointerException().isThrownBy(() -> lease.complete(nothing()));
            assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
            assertThat(lease.backend().inFlight()).isZero();
        }
    }

    @SuppressWarnings("NullAway") // what a caller without a checker may do
    private static Outcome nothing() {
        return null;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what other languages throw undeclared
    private static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private class Listening implements Selector.Factory {
        final List<String> introduced = new ArrayList<>();
        Candidates latest = Candidates.of(List.of(new FakeBackend()));
        private long marks;

        @Override
        public Selector create(Candidates candidates) {
            latest = candidates;
            Backend[] backends = candidates.backends();
            return attempt -> backends[0];
        }

        @Override
        public Feedback feedback(Backend backend, LongSupplier clock) {
            introduced.add(backend.endpoint().toString());
            return new Feedback() {
                @Override
                public long begun() {
                    marks++;
                    told.add(backend.endpoint() + " begun " + marks);
                    return marks;
                }

                @Override
                public void answered(long mark, Outcome.Kind soFar) {
                    told.add(backend.endpoint() + " answered " + mark + " " + soFar);
                }

                @Override
                public void ended(long mark, Outcome.Kind outcome, boolean answered) {
                    told.add(backend.endpoint() + " ended " + mark + " " + outcome + " " + answered);
                }

                @Override
                public String toString() {
                    return "feedback for " + backend.endpoint();
                }
            };
        }

        @Override
        public String name() {
            return "listening";
        }
    }

    /** Stands in before the first set has come. */
    private static final class FakeBackend implements Backend {
        @Override
        public Endpoint endpoint() {
            return Endpoint.of("http://nobody");
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean isEligible() {
            return false;
        }
    }
}
