package dev.evenkeel.lb.okhttp;

import java.io.IOException;

/** A backend of a row of the fault matrix. */
interface MatrixServer extends AutoCloseable {
    String url();

    /** Returns how many requests have arrived, at least with their headers. Called after the close, so none is under way. */
    int received() throws InterruptedException;

    @Override
    void close() throws IOException;
}
