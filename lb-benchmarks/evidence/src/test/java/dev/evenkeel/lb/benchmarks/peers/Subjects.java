package dev.evenkeel.lb.benchmarks.peers;

/** Two policies of a peer whose name is that of its directory, of which one can do less. */
public final class Subjects {
    private Subjects() {}

    public static void main(String[] args) {
        String peer = System.getProperty("java.class.path").contains("evenkeel") ? "Evenkeel" : "Other";
        System.out.println("a line that is no row");
        print(peer, "turns", "ROUND_ROBIN", true);
        print(peer, "luck", "RANDOM", false);
        print(peer, "third", "RANDOM", false);
    }

    private static void print(String peer, String policy, String family, boolean more) {
        System.out.println(
                "{'subject':'%s/%s','peer':'%s','version':'1.2.3','policy':'%s','family':'%s','accounts':%b,'marks':%b}"
                        .formatted(peer, policy, peer, policy, family, more, more)
                        .replace('\'', '"'));
    }
}
