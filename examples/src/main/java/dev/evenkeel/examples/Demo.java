package dev.evenkeel.examples;

import dev.evenkeel.examples.Visitor.Answer;
import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the balancer is for, on live backends: one dies and comes back, then all do. Each step is checked, and a
 * wrong outcome ends the story with a {@link DemoFailure}. For one thread.
 */
final class Demo {
    /** Between two requests of steady traffic. */
    private static final Duration PACE = Duration.ofMillis(20);

    private static final int BURST = 30;
    /** Sent while nothing is up; an odd number has a middle one. */
    private static final int REFUSED_BURST = 11;
    /** What is no longer "in milliseconds", on a slow machine too. */
    private static final double SLOW_REFUSAL_MILLIS = 100;

    private final Story story;
    private final DemoStage stage;
    private final Visitor visitor;
    private final Duration patience;

    /**
     * @param patience how long a change may take before the story ends badly
     */
    Demo(Story story, DemoStage stage, Visitor visitor, Duration patience) {
        this.story = story;
        this.stage = stage;
        this.visitor = visitor;
        this.patience = patience;
    }

    /** Tells the story up to where all is well again, and leaves everything running. */
    void tell() throws DemoFailure, IOException, InterruptedException {
        introduce();
        story.step(BURST + " requests go to the proxy");
        burst(stage.backends());
        TestBackend victim = stage.backends().get(1);
        kill(victim);
        revive(victim);
        killAll();
        reviveAll();
    }

    /** Closes everything, and checks that it is closed. */
    void end() throws DemoFailure, IOException {
        story.step("Everything stops");
        stage.close();
        require(stage.proxy().inFlight() == 0, stage.proxy().inFlight() + " requests are left in flight");
        require(!visitor.isAnswered(), "the proxy still answers after it was closed");
        story.line("The proxy let its requests end, then the balancer stopped, then the backends. Nothing is left.");
        story.line("%d requests were sent in all, and every step went as it must.", visitor.sent());
    }

    private void introduce() throws DemoFailure, InterruptedException {
        story.plain("All of this runs in one process, on loopback and free ports. Every step is checked.");
        story.step("Three backends start, and a proxy in front of them");
        stage.backends().forEach(backend -> story.line("backend %s   %s", backend.name(), backend.url()));
        story.line("proxy       %s", stage.proxyUrl());
        story.line(
                "The proxy asks each backend's /health every %d ms, and every %d ms while a change is pending.",
                DemoStage.INTERVAL.toMillis(), DemoStage.TRANSITION_INTERVAL.toMillis());
        story.line(
                "%d failures in a row take a backend out, %d passes in a row bring it back.",
                DemoStage.FALL, DemoStage.RISE);
        story.line("Each backend begins outside the rotation, until its health check passes:");
        hear(Kind.UP, stage.backends());
    }

    private void burst(List<TestBackend> expected) throws DemoFailure, InterruptedException {
        Tally tally = visitor.visit(BURST);
        story.line("%s.", tally);
        List<String> names = expected.stream().map(TestBackend::name).toList();
        LoadBalancerEvent event = stage.transitions().next(Duration.ZERO);
        require(event == null, "nothing should have changed, but " + event);
        require(
                tally.isFairAmong(names),
                BURST + " requests should have been answered by " + String.join(", ", names) + " in turns, but "
                        + tally);
    }

    private void kill(TestBackend victim) throws DemoFailure, InterruptedException {
        story.step("Backend " + victim.name() + " is killed while requests keep coming");
        long start = System.nanoTime();
        victim.kill();
        Tally meanwhile = new Tally();
        LoadBalancerEvent event;
        do { // until the balancer says so, and no longer than our patience
            meanwhile.add(visitor.visit());
            event = stage.transitions().next(PACE);
        } while (event == null && System.nanoTime() - start < patience.toNanos());
        double took = millisSince(start);
        check(event, Kind.DOWN, List.of(victim));
        long attempts = attempts(victim);
        story.line(
                "It left the rotation after %.0f ms. Of %d requests until then, %d met the dead backend%s.",
                took, meanwhile.total(), meanwhile.bad().size(), meanwhile.bad().isEmpty() ? "" : " and got a 502");
        for (Answer bad : meanwhile.bad()) {
            require(bad.status() == 502, "a request that met the dead backend should be a 502, was " + bad.status());
        }
        story.line("%d more requests:", BURST);
        burst(stage.backends().stream().filter(backend -> backend != victim).toList());
        require(
                attempts(victim) == attempts,
                (attempts(victim) - attempts) + " requests were sent to " + victim.name() + " while it was down");
    }

    private void revive(TestBackend victim) throws DemoFailure, IOException, InterruptedException {
        story.step("Backend " + victim.name() + " is started again, on the same port");
        long start = System.nanoTime();
        victim.start();
        hear(Kind.UP, List.of(victim));
        story.line("It is back in rotation after %.0f ms. %d more requests:", millisSince(start), BURST);
        burst(stage.backends());
    }

    private void killAll() throws DemoFailure, InterruptedException {
        story.step("All three backends are killed");
        long start = System.nanoTime();
        stage.backends().forEach(TestBackend::kill);
        hear(Kind.DOWN, stage.backends());
        story.line("The balancer knew after %.0f ms, from its health checks alone.", millisSince(start));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < REFUSED_BURST; i++) {
            answers.add(visitor.visit());
        }
        for (Answer answer : answers) {
            require(answer.status() == 503, "with nothing up the answer should be 503, was " + answer.status());
            require(!answer.retryAfter().isEmpty(), "a 503 should carry Retry-After, but this one did not");
        }
        answers.sort(Comparator.comparingLong(Answer::nanos));
        Answer middle = answers.get(REFUSED_BURST / 2);
        story.line(
                "A request now is a 503 in %.1f ms (the middle one of %d), with Retry-After: %s and this body:",
                middle.millis(), REFUSED_BURST, middle.retryAfter());
        story.quote(middle.body());
        require(
                middle.millis() < SLOW_REFUSAL_MILLIS,
                "a 503 should take less than " + SLOW_REFUSAL_MILLIS + " ms, took " + middle.millis());
    }

    private void reviveAll() throws DemoFailure, IOException, InterruptedException {
        story.step("All three are started again");
        long start = System.nanoTime();
        for (TestBackend backend : stage.backends()) {
            backend.start();
        }
        hear(Kind.UP, stage.backends());
        story.line("All are back after %.0f ms. %d more requests:", millisSince(start), BURST);
        burst(stage.backends());
    }

    /** Waits until each of these has made this transition; none of them may make another, nor anyone else. */
    private void hear(Kind kind, List<TestBackend> expected) throws DemoFailure, InterruptedException {
        List<TestBackend> waiting = new ArrayList<>(expected);
        while (!waiting.isEmpty()) { // each round takes one out or throws
            waiting.remove(check(stage.transitions().next(patience), kind, waiting));
        }
    }

    private TestBackend check(@Nullable LoadBalancerEvent event, Kind kind, List<TestBackend> expected)
            throws DemoFailure {
        String names =
                String.join(", ", expected.stream().map(TestBackend::name).toList());
        if (event == null) {
            throw new DemoFailure(names + " should have been " + kind + " within " + patience.toSeconds()
                    + " s, but nothing changed");
        }
        BackendSnapshot subject = event.backend();
        for (TestBackend backend : expected) {
            if (event.kind() == kind
                    && subject != null
                    && subject.endpoint().url().equals(backend.url())) {
                story.quote(event.toString());
                return backend;
            }
        }
        throw new DemoFailure(names + " should have been " + kind + ", but " + event);
    }

    private long attempts(TestBackend backend) throws DemoFailure {
        for (BackendSnapshot snapshot : stage.proxy().balancer().snapshot().backends()) {
            if (snapshot.endpoint().url().equals(backend.url())) {
                return snapshot.traffic().attempts();
            }
        }
        throw new DemoFailure("the balancer does not know " + backend.url() + " any more");
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static void require(boolean held, String otherwise) throws DemoFailure {
        if (!held) {
            throw new DemoFailure(otherwise);
        }
    }
}
