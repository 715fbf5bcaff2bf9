package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Verdict;
import java.util.function.Consumer;

/** Puts one question to one endpoint without waiting for the answer: the part of probing that has threads. */
interface Asker {
    /**
     * Prepares a question. Does nothing yet.
     *
     * @param ended called once, outside every lock, when the thread of the question is free again, also after an
     *     interrupt; perhaps inside {@link Asking#start}
     */
    Asking prepare(Endpoint endpoint, Consumer<Verdict> ended);

    /** One question. */
    interface Asking {
        /** Asks. Called at most once. Throws if there is no thread to ask on; {@code ended} may then never be called. */
        void start();

        /** Tells whether its thread has run at all. Never blocks. */
        boolean hasBegun();

        /** Ends the question early if it has not ended. May be called more than once, and before the start. */
        void interrupt();
    }
}
