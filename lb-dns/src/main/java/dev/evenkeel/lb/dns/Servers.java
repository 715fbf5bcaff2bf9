package dev.evenkeel.lb.dns;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/**
 * Several servers, asked one after the other until one gives a usable answer; who failed last time comes later. One that is silent
 * has its turn again, one that says something unusable has not. A question that is cancelled goes to no further server. Safe
 * for many threads.
 *
 * <p>dnsjava's own resolver of many servers takes any message for success, so behind a server that refuses or is sick nobody
 * would ever be asked.
 */
final class Servers implements Dns {
    /** How often each server is asked. */
    static final int TRIES = 3;

    private final List<Server> servers;

    private Servers(List<Server> servers) {
        this.servers = servers;
    }

    /** Returns servers that are asked in this order, as long as none has failed. */
    static Servers of(List<Dns> servers) {
        return new Servers(servers.stream()
                .map(each -> new Server(each, new AtomicInteger()))
                .toList());
    }

    /** One server, and how many questions in a row it has failed. */
    private record Server(Dns dns, AtomicInteger failures) {}

    @Override
    public CompletionStage<Message> ask(Message query) {
        List<Server> order = servers.stream()
                .sorted(Comparator.comparingInt(each -> each.failures.get()))
                .toList();
        Deque<Server> turns = new ArrayDeque<>();
        for (int i = 0; i < TRIES; i++) {
            turns.addAll(order);
        }
        CompletableFuture<Message> answer = new CompletableFuture<>();
        next(query, turns, answer, new IOException("there is no server to ask"));
        return answer;
    }

    /** Gives the turn to the next one. Each turn comes when the one before is over, so the turns need no lock. */
    private static void next(
            Message query, Deque<Server> turns, CompletableFuture<Message> answer, Throwable lastFault) {
        Server server = turns.poll();
        if (server == null) {
            answer.completeExceptionally(lastFault);
        } else if (!answer.isDone()) {
            begin(server, query).whenComplete((said, fault) -> {
                Throwable unusable = fault == null ? codeOf(said) : null;
                if (fault == null && unusable == null) {
                    server.failures.set(0);
                    answer.complete(said);
                    return;
                }
                server.failures.incrementAndGet();
                if (unusable != null) {
                    turns.removeAll(Set.of(server));
                }
                next(query, turns, answer, unusable == null ? fault : unusable);
            });
        }
    }

    private static CompletionStage<Message> begin(Server server, Message query) {
        try {
            return server.dns.ask(query);
        } catch (RuntimeException e) {
            // From a later turn it would be lost, and the question would wait in vain.
            return CompletableFuture.failedFuture(e);
        }
    }

    private static @Nullable UnusableAnswerException codeOf(Message said) {
        try {
            Answer.checkCode(said);
            return null;
        } catch (UnusableAnswerException e) {
            return e;
        }
    }
}
