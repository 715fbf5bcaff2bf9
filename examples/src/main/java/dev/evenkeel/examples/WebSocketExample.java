package dev.evenkeel.examples;

import java.io.IOException;

/** Web sockets through a wrapped client: each goes to a live backend, and counts as one call for as long as it is open. */
final class WebSocketExample implements Tale {
    private static final String LOGICAL = "http://orders" + ChatRoom.PATH;

    @Override
    public void tell(Story story, WrappedStage stage) throws DemoFailure, IOException, InterruptedException {
        story.step("A web socket is opened to ws://orders" + ChatRoom.PATH);
        Conversation first = Conversation.begin(stage.client(), "ws://orders" + ChatRoom.PATH, stage.patience());
        TestBackend one = greet(story, stage, first);

        story.step("Another one is opened, to " + LOGICAL + " this time");
        Conversation second = Conversation.begin(stage.client(), LOGICAL, stage.patience());
        TestBackend other = greet(story, stage, second);
        require(one != other, "two web sockets should be on two backends, but both are on " + one.name());

        story.step("The second one is closed");
        second.close();
        story.line("It %s.", second.awaitEnd());
        stage.awaitInFlight(other, 0);
        stage.awaitInFlight(one, 1);
        story.line("In flight: %s 1, %s 0.", one.name(), other.name());

        story.step("Backend " + one.name() + ", which has the first one, is killed");
        one.kill();
        story.line("It %s.", first.awaitEnd());
        stage.awaitInFlight(one, 0);
        story.line("In flight: %s 0. A web socket is opened again, as a client must do by itself:", one.name());
        Conversation third = reopen(story, stage);
        TestBackend now = greet(story, stage, third);
        require(now != one, "the web socket should be on another backend than " + one.name() + ", which is dead");

        story.step("It is closed, too");
        third.close();
        story.line("It %s.", third.awaitEnd());
    }

    /** Says hello, and checks who answers, under which name, and that it is counted. */
    private static TestBackend greet(Story story, WrappedStage stage, Conversation conversation)
            throws DemoFailure, InterruptedException {
        TestBackend backend = stage.backend(conversation.backendUrl());
        String answer = conversation.say("hello");
        story.line("It is open as %s, on backend %s. Hello: \"%s\"", conversation.url(), backend.name(), answer);
        require(
                conversation.url().equals(LOGICAL),
                "the caller should see " + LOGICAL + ", but sees " + conversation.url());
        require(
                answer.equals(backend.name() + " heard hello"),
                "backend " + backend.name() + " should have repeated hello, but it was \"" + answer + "\"");
        stage.awaitInFlight(backend, 1);
        story.line("In flight: %s 1.", backend.name());
        return backend;
    }

    /** Tries until one is open. A try may meet the dead backend while the balancer does not know it yet. */
    private static Conversation reopen(Story story, WrappedStage stage)
            throws DemoFailure, IOException, InterruptedException {
        int most = stage.backends().size(); // they take turns, so one lap at most
        for (int tries = 1; tries < most; tries++) {
            try {
                return Conversation.begin(stage.client(), LOGICAL, stage.patience());
            } catch (IOException e) {
                story.line("Try %d failed: %s", tries, e);
            }
        }
        return Conversation.begin(stage.client(), LOGICAL, stage.patience());
    }

    private static void require(boolean held, String otherwise) throws DemoFailure {
        if (!held) {
            throw new DemoFailure(otherwise);
        }
    }
}
