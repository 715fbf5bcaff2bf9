package dev.evenkeel.lb.evidence;

/** How it was measured, how to do it again, and what it does not say. */
final class Method {
    private Method() {}

    static String of(Effort effort) {
        Pace pace = effort.pace();
        return """
                ## How it was measured

                * A library has a module of its own, because their dependencies clash, and is used through its public API.
                  What exactly a measured operation includes stands at each benchmark's method.
                * Each cell of the tables is measured in a JVM of its own by JMH, once in each round: %d iterations of %d ms to
                  warm up, then %d of %d ms. %d rounds were run. A round visits every policy once, and each begins with another
                  peer, so that a slow spell of the machine falls on all.
                * The mean of a fork's iterations is one value. Its 95 %% confidence interval is Student's t over the forks of
                  the cell, with one degree of freedom less than there are forks. Of two policies the one is called faster
                  only if the whole of its interval is below the other's. Among so many cells a few may be called wrongly by
                  chance; what two runs call alike is hardly chance.
                * Bytes are what the fork allocated over its operations (`gc.alloc.rate.norm`); less than half a byte is the
                  fork's own and shown as 0. One is called less if it is less by a byte.

                To do it again: `lb-benchmarks/run --%s`. To draw this page again from the samples:
                `java -cp lb-benchmarks/evidence/target/evidence.jar dev.evenkeel.lb.evidence.Render docs/benchmarks.json docs`.

                ## What it does not say

                * Nothing of a network: picks run in memory, calls over loopback, with servers and load on the same cores.
                * Nothing of more cores than the machine has. Threads beyond them mostly wait for one.
                * Nothing absolute: the nanoseconds are this machine's on that day. The ratios travel better.
                * Nothing of what a library does besides: some watch, count or secure more in a pick than others, and no
                  number here says whether that is worth it to you.
                """.formatted(
                        pace.warmups(), pace.millis(), pace.measured(), pace.millis(), effort.rounds(), effort.form());
    }
}
