package dev.evenkeel.lb.core;

/** Throws a checked exception where none is declared, as code that was not written in Java does. */
public final class Sneaky {
    private Sneaky() {}

    /** Throws it; returns nothing, so that {@code throw Sneaky.thrown(...)} ends a method. */
    public static RuntimeException thrown(Throwable checked) {
        Sneaky.<RuntimeException>unchecked(checked);
        throw new AssertionError("unreachable");
    }

    @SuppressWarnings("unchecked") // the cast that the compiler cannot check is what this is about
    private static <T extends Throwable> void unchecked(Throwable checked) throws T {
        throw (T) checked;
    }
}
