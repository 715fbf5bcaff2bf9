package dev.evenkeel.lb.evidence;

/**
 * One policy of one library, as the library's {@code Subjects} print it.
 *
 * @param subject what the benchmarks know it by, {@code peer/policy}
 * @param accounts whether a pick with accounting can be measured
 * @param marks whether single backends can be marked down
 */
record Subject(
        String subject, String peer, String version, String policy, Family family, boolean accounts, boolean marks) {
    private static final String US = "Evenkeel";

    boolean ours() {
        return peer.equals(US);
    }
}
