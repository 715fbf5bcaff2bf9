package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

/**
 * A build whose OkHttp is the one that Retrofit 3.0.0 brings where no BOM is imported, alone or beside ours. It runs in a
 * JVM of its own, since this one has loaded its OkHttp; the old jar is copied to {@code target} by the build.
 */
@Timeout(60)
class OldOkHttpTest {
    private static final Path OLD = Path.of("target", "old-okhttp", "okhttp-4.12.0.jar");

    /** Which OkHttp the class path has, and in which order. */
    enum Found {
        OLD_ONLY,
        OLD_FIRST,
        OLD_LAST
    }

    @ParameterizedTest
    @EnumSource(names = {"OLD_ONLY", "OLD_FIRST"})
    void old_okhttp_is_named_with_the_fix_at_each_door(Found found) throws Exception {
        assertThat(printed(found))
                .isEqualTo(atEachDoor("java.lang.IllegalStateException:"
                        + " Evenkeel needs OkHttp 5.4.0 or later, but 4.12.0 is loaded."
                        + " Another dependency has brought the older one in:"
                        + " import com.squareup.okhttp3:okhttp-bom, version 5.5.1 or later, in dependencyManagement"
                        + " (Gradle: as a platform), and use the artifact okhttp-jvm under Maven."));
    }

    @Test
    void old_okhttp_that_is_shadowed_by_ours_does_no_harm() throws Exception {
        assertThat(printed(Found.OLD_LAST)).isEqualTo(atEachDoor("opened"));
    }

    private static List<String> atEachDoor(String said) {
        return Arrays.stream(OldOkHttpProgram.Door.values())
                .map(door -> door + ": " + said)
                .toList();
    }

    private static List<String> printed(Found found) throws Exception {
        assertThat(OLD).as("copied by the build, phase generate-test-resources").isRegularFile();
        List<String> path = new ArrayList<>();
        for (Class<?> ours : List.of(OldOkHttpProgram.class, Evenkeel.class, LoadBalancers.class, LoadBalancer.class)) {
            path.add(home(ours));
        }
        for (Class<?> theirs : List.of(Logger.class, Buffer.class, Unit.class)) {
            path.add(home(theirs));
        }
        switch (found) {
            case OLD_ONLY -> path.add(OLD.toString());
            case OLD_FIRST -> path.addAll(List.of(OLD.toString(), home(OkHttpClient.class)));
            case OLD_LAST -> path.addAll(List.of(home(OkHttpClient.class), OLD.toString()));
        }
        return printed(String.join(File.pathSeparator, path));
    }

    private static List<String> printed(String classPath) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classPath, OldOkHttpProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            // slf4j says that it has no binding.
            return printed.lines().filter(line -> !line.startsWith("SLF4J")).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Returns the jar or directory that a class was loaded from. */
    private static String home(Class<?> of) throws URISyntaxException {
        return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
