package dev.evenkeel.lb.okhttp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttp;

/** The oldest OkHttp that has what this library calls. */
final class OkHttpFloor {
    /** {@code Call.addEventListener} and {@code Interceptor.Chain.withDns} came with it. */
    private static final int MAJOR = 5;

    private static final int MINOR = 4;

    private static final Pattern VERSION = Pattern.compile("(?<major>\\d{1,9})\\.(?<minor>\\d{1,9})(?:\\D.*)?");

    private OkHttpFloor() {}

    /**
     * Checks the OkHttp that is loaded.
     *
     * @throws IllegalStateException if it is too old; the message tells how to get a newer one
     */
    static void check() {
        check(OkHttp.VERSION);
    }

    static void check(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IllegalStateException("OkHttp's version must start with two numbers, was \"" + version + "\"");
        }
        int major = Integer.parseInt(parts.group("major"));
        int minor = Integer.parseInt(parts.group("minor"));
        if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
            throw new IllegalStateException("Evenkeel needs OkHttp " + MAJOR + "." + MINOR
                    + ".0 or later, but " + version + " is loaded. Another dependency has brought the older one in:"
                    + " import com.squareup.okhttp3:okhttp-bom, version 5.5.1 or later, in dependencyManagement"
                    + " (Gradle: as a platform), and use the artifact okhttp-jvm under Maven.");
        }
    }
}
