package dev.evenkeel.examples;

/** A step of a story did not go as it must. The message is a sentence for the reader. */
final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DemoFailure(String sentence) {
        super(sentence);
    }
}
