package dev.evenkeel.lb.evidence;

/** What a call of OkHttp cost one client in one round, as {@code CallCost} prints it. */
record CallRow(
        String client, int callers, int round, double cpuMicros, double bytes, double p50Micros, double p99Micros) {}
