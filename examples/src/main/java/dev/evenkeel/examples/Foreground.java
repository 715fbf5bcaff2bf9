package dev.evenkeel.examples;

import java.util.concurrent.CountDownLatch;

/** Keeps a command up until the process is told to end (SIGTERM, SIGINT), and closes what it opened before it does. */
final class Foreground {
    private Foreground() {}

    /**
     * Waits for the end. Never returns normally: a signal ends the process while this waits.
     *
     * @param close run once, before the process ends or this throws
     * @throws InterruptedException if the thread is interrupted, which ends the command but not the process
     */
    static void untilStopped(Runnable close) throws InterruptedException {
        Thread hook = new Thread(close, "evenkeel-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Runtime.getRuntime().removeShutdownHook(hook);
            close.run();
            throw e;
        }
    }
}
