package dev.evenkeel.lb.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class ServersTest {
    private static final String QUESTION = "A a.example.";

    private final Zone one = new Zone();
    private final Zone two = new Zone().add("a.example. 60 A 10.0.0.2");
    private final Servers servers = Servers.of(List.of(one, two));

    private static Message query() {
        return new Question(Name.fromConstantString("a.example."), Type.A).query();
    }

    private CompletableFuture<Message> ask() {
        return servers.ask(query()).toCompletableFuture();
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, -1})
    void the_second_is_asked_when_the_first_is_silent_or_knows_nothing(int code) {
        one.code(QUESTION, code);
        assertThat(ask()).isCompletedWithValueMatching(said -> said.toString().contains("10.0.0.2"));
        assertThat(one.asked()).hasSize(1);
    }

    @Test
    void that_there_is_no_such_name_is_an_answer() {
        assertThat(ask()).isCompletedWithValueMatching(said -> said.getRcode() == Rcode.NXDOMAIN);
        assertThat(two.asked()).isEmpty();
    }

    @Test
    void who_failed_comes_later_until_it_is_the_others_turn_to_fail() {
        one.code(QUESTION, Rcode.SERVFAIL);
        assertThat(ask()).isCompleted();
        one.heal();
        one.asked();
        assertThat(ask()).isCompleted();
        assertThat(one.asked()).isEmpty();
        two.code(QUESTION, -1);
        assertThat(ask()).isCompletedWithValueMatching(said -> said.getRcode() == Rcode.NXDOMAIN);
    }

    @Test
    void silence_is_asked_again_and_a_refusal_is_not() {
        one.code(QUESTION, -1);
        two.code(QUESTION, Rcode.REFUSED);
        assertThat(ask()).isCompletedExceptionally();
        assertThat(one.asked()).hasSize(Servers.TRIES);
        assertThat(two.asked()).hasSize(1);
    }

    @Test
    void a_question_that_is_cancelled_goes_to_nobody_else() {
        List<CompletableFuture<Message>> sent = new ArrayList<>();
        Dns slow = query -> {
            sent.add(new CompletableFuture<>());
            return sent.get(0);
        };
        Servers some = Servers.of(List.of(slow, two));
        some.ask(query()).toCompletableFuture().cancel(true);
        sent.get(0).completeExceptionally(new IOException("timed out"));
        assertThat(sent).hasSize(1);
        assertThat(two.asked()).isEmpty();
    }

    @Test
    void one_that_throws_has_failed() {
        Dns broken = query -> {
            throw new IllegalStateException("closed");
        };
        Servers some = Servers.of(List.of(broken, two));
        assertThat(some.ask(query()).toCompletableFuture())
                .isCompletedWithValueMatching(said -> said.getRcode() == Rcode.NOERROR);
    }
}
