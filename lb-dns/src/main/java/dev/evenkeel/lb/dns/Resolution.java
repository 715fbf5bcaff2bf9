package dev.evenkeel.lb.dns;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/**
 * One round of questions, all within one deadline. A question that gets no answer is answered from what was known before, if
 * anything was, and complained of in any case. Used by one thread.
 */
final class Resolution {
    private static final int MOST_ALIASES = 8;
    private static final int MOST_AT_ONCE = 32;

    private final Where.Place place;
    private final Map<Question, Answer> known;
    private final LongSupplier clock;
    private final Duration timeout;
    private final long begun;
    private final Set<Question> asked = new HashSet<>();
    private long ttlSeconds = Long.MAX_VALUE;
    private @Nullable Complaint complaint;
    private boolean unanswered;

    record Complaint(String reason, @Nullable Throwable cause) {}

    /** A question on its way along aliases. */
    private record Step(Question question, Question now, long ttlSeconds) {}

    Resolution(Where.Place place, Map<Question, Answer> known, Duration timeout, LongSupplier clock) {
        this.place = place;
        this.known = known;
        this.clock = clock;
        this.timeout = timeout;
        this.begun = clock.getAsLong();
    }

    List<Name> candidates(Name name) {
        return place.candidates(name);
    }

    /** Asks all of them at once and returns the answers there are. */
    Map<Question, Answer> ask(Collection<Question> questions) {
        Map<Question, Answer> answers = new LinkedHashMap<>();
        List<Step> open = new ArrayList<>();
        for (Question each : new LinkedHashSet<>(questions)) {
            open.add(new Step(each, each, Long.MAX_VALUE));
        }
        for (int aliases = 0; aliases <= MOST_ALIASES && !open.isEmpty(); aliases++) {
            List<Step> further = new ArrayList<>();
            for (int from = 0; from < open.size(); from += MOST_AT_ONCE) {
                List<Step> some = open.subList(from, Math.min(open.size(), from + MOST_AT_ONCE));
                further.addAll(askTogether(some, answers));
            }
            open = further;
        }
        for (Step each : open) {
            fallBack(each.question, "more than " + MOST_ALIASES + " aliases in a row", null, answers);
        }
        asked.addAll(questions);
        return answers;
    }

    private List<Step> askTogether(List<Step> steps, Map<Question, Answer> answers) {
        Map<Step, Message> queries = new HashMap<>();
        Map<Step, CompletableFuture<Message>> sent = new LinkedHashMap<>();
        List<Step> late = new ArrayList<>();
        for (Step step : steps) {
            if (nanosLeft() <= 0) {
                late.add(step); // Sent all the same, it would be one of many at once that nobody waits for.
                continue;
            }
            Message query = step.now.query();
            queries.put(step, query);
            sent.put(step, place.dns().ask(query).toCompletableFuture());
        }
        List<Step> further = new ArrayList<>();
        sent.forEach((step, said) -> {
            try {
                Message query = queries.getOrDefault(step, step.now.query());
                Answer answer = Answer.of(step.now, query, await(said)).within(step.ttlSeconds);
                Name next = answer.goesOn();
                if (next == null) {
                    answers.put(step.question, answer);
                    known.put(step.question, answer);
                } else {
                    further.add(new Step(step.question, new Question(next, step.question.type()), answer.ttlSeconds()));
                }
            } catch (IOException e) {
                fallBack(step.question, String.valueOf(e.getMessage()), e, answers);
            }
        });
        for (Step step : late) {
            fallBack(step.question, "not asked, as " + timeout.toMillis() + " ms were over", null, answers);
        }
        return further;
    }

    private long nanosLeft() {
        return timeout.toNanos() - (clock.getAsLong() - begun);
    }

    private Message await(CompletableFuture<Message> said) throws IOException {
        try {
            return said.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            said.cancel(true);
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnusableAnswerException unusable) {
                throw unusable;
            }
            throw new IOException("no answer: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            said.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void fallBack(Question question, String reason, @Nullable Throwable cause, Map<Question, Answer> answers) {
        unanswered = true;
        complain(question + ": " + reason, cause);
        Answer last = known.get(question);
        if (last != null) {
            answers.put(question, last);
        }
    }

    /** Takes note of what is wrong; the first complaint is the one that is told. */
    void complain(String reason, @Nullable Throwable cause) {
        if (complaint == null) {
            complaint = new Complaint(reason, cause);
        }
    }

    /** Takes note that something that was used holds no longer than that. */
    void holds(long seconds) {
        ttlSeconds = Math.min(ttlSeconds, seconds);
    }

    long ttlSeconds() {
        return ttlSeconds;
    }

    @Nullable
    Complaint complaint() {
        return complaint;
    }

    /** Tells whether some question got no answer, not even that there are no records. */
    boolean unanswered() {
        return unanswered;
    }

    /** Forgets the answers to what was not asked this time. */
    void forgetTheRest() {
        known.keySet().retainAll(asked);
    }
}
