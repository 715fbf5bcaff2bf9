package dev.evenkeel.examples.proxy;

/**
 * The answer the proxy gives in its own name: a status by the rule (400 the request is at fault, 501 we do not do that,
 * 502 we tried a backend and it failed, 503 we did not try, 504 it did not answer in time) and a sentence for a person.
 */
final class ProxyRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String sentence;

    /** Has no stack trace: it is an answer, and its place in the code tells nobody anything. */
    ProxyRefusal(int status, String sentence) {
        super(status + ": " + sentence, null, false, false);
        this.status = status;
        this.sentence = sentence;
    }

    static ProxyRefusal badRequest(String sentence) {
        return new ProxyRefusal(400, sentence);
    }

    int status() {
        return status;
    }

    String sentence() {
        return sentence;
    }
}
