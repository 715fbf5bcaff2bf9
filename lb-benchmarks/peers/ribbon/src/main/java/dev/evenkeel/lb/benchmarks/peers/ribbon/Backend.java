package dev.evenkeel.lb.benchmarks.peers.ribbon;

import com.netflix.loadbalancer.Server;

/** A server that knows its number and what its ping shall find. */
final class Backend extends Server {
    private final int number;
    private volatile boolean answers = true;

    Backend(int number) {
        super("10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255), 8080);
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean answers() {
        return answers;
    }

    void answers(boolean answers) {
        this.answers = answers;
    }
}
