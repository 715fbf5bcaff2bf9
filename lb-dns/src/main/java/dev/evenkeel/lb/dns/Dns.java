package dev.evenkeel.lb.dns;

import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;

/** Where questions go. Safe for many threads. */
@FunctionalInterface
interface Dns {
    /** Sends a query. The answer is whole, and fits the query; how long to wait for it is up to the caller. */
    CompletionStage<Message> ask(Message query);
}
