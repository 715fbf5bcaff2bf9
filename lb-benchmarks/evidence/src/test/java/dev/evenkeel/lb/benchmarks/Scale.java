package dev.evenkeel.lb.benchmarks;

/** Prints a row for a size. */
public final class Scale {
    private Scale() {}

    public static void main(String[] args) {
        System.out.println(
                "{'section':'scale','what':'build, round robin','backends':%s,'unit':'us','median':3.5,'least':3.1,'most':9}"
                        .formatted(args[0])
                        .replace('\'', '"'));
    }
}
