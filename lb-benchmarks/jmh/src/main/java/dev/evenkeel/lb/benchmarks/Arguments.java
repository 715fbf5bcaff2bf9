package dev.evenkeel.lb.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** What a program was started with, all of it optional. Immutable. */
final class Arguments {
    private final List<String> given;

    private Arguments(List<String> given) {
        this.given = given;
    }

    /**
     * Takes the arguments of a program in.
     *
     * @throws IllegalArgumentException if there are more than the program knows
     */
    static Arguments of(String[] given, int most) {
        if (given.length > most) {
            throw new IllegalArgumentException("at most " + most + " arguments are known, was " + List.of(given));
        }
        return new Arguments(List.of(given));
    }

    /**
     * Returns a number.
     *
     * @param what stands in the error
     * @param usual what to return if there is no such argument
     * @throws IllegalArgumentException if it is none from 1 to the most
     */
    int number(int place, String what, int usual, int most) {
        return place < given.size() ? parse(what, given.get(place), most) : usual;
    }

    /** Returns numbers that have commas between them, as {@link #number} does. */
    List<Integer> numbers(int place, String what, List<Integer> usual, int most) {
        return place < given.size()
                ? Stream.of(given.get(place).split(",", -1))
                        .map(text -> parse(what, text, most))
                        .toList()
                : usual;
    }

    private static int parse(String what, String text, int most) {
        // Nine digits are no more than an int holds.
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                what + " must be a whole number from 1 to " + most + ", was \"" + text + "\"");
    }
}
