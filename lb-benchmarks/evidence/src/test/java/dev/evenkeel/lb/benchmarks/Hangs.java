package dev.evenkeel.lb.benchmarks;

import java.util.concurrent.CountDownLatch;

/** Never ends. */
public final class Hangs {
    private Hangs() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println("began");
        new CountDownLatch(1).await();
    }
}
