package dev.evenkeel.lb.core.time;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Virtual threads, by reflection, because this library also runs on JDK 17, which has none. */
final class VirtualThreads {
    private static final boolean PRESENT = Runtime.version().feature() >= 21;

    private VirtualThreads() {}

    /** Returns an executor that starts a virtual thread for each task, or empty before JDK 21. */
    static Optional<ExecutorService> perTaskExecutor(String namePrefix) {
        if (!PRESENT) {
            return Optional.empty();
        }
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
            Object named = builder.getMethod("name", String.class, long.class).invoke(virtual, namePrefix, 1L);
            Object factory = builder.getMethod("factory").invoke(named);
            return Optional.of((ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory));
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("JDK " + Runtime.version() + " should have virtual threads", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("virtual threads could not be made", e.getCause());
        }
    }
}
