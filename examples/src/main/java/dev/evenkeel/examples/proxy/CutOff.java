package dev.evenkeel.examples.proxy;

import java.io.IOException;
import org.eclipse.jetty.io.QuietException;

/** Tells Jetty that a client's connection was ended on purpose; quiet, since who ended it has told why. */
final class CutOff extends IOException implements QuietException {
    private static final long serialVersionUID = 1L;

    CutOff(Throwable cause) {
        super(cause);
    }
}
