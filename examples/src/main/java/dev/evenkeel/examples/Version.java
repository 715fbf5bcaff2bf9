package dev.evenkeel.examples;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Tells the version this was built as, and the Java it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("build.properties")) {
            if (file == null) {
                throw new IOException("build.properties is missing beside " + Version.class.getName());
            }
            build.load(file);
        }
        return new String[] {"evenkeel " + build.getProperty("version") + " on Java " + Runtime.version()};
    }
}
