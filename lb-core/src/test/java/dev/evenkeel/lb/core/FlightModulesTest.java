package dev.evenkeel.lb.core;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A balancer in a JVM of its own, with and without the module of JFR. */
@Timeout(120)
class FlightModulesTest {
    private static final String MAIN = FlightMain.class.getName();

    @TempDir
    private Path folder;

    @Test
    void a_run_time_without_jfr_does_without_it() throws Exception {
        assertThat(java("--limit-modules", "java.base", "-cp", classPath(), MAIN))
                .contains("no JFR: 7 changes");
    }

    @Test
    void on_the_class_path_it_records() throws Exception {
        assertThat(java("-cp", classPath(), MAIN)).contains("JFR: 7 changes recorded");
    }

    @Test
    void on_the_module_path_it_records_where_jfr_is_among_the_modules() throws Exception {
        assertThat(java(modular("--add-modules", "jdk.jfr"))).contains("JFR: 7 changes recorded");
    }

    @Test
    void on_the_module_path_it_does_without_jfr_where_nobody_asks_for_it() throws Exception {
        assertThat(java(modular("--limit-modules", "java.base,dev.evenkeel.lb.core")))
                .contains("no JFR: 7 changes");
    }

    private String[] modular(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(options));
        command.add("-p");
        command.add(String.join(
                File.pathSeparator, home(LoadBalancer.class), home(LoadBalancers.class), home(LoggerFactory.class)));
        command.add("--patch-module");
        command.add("dev.evenkeel.lb.core=" + home(FlightMain.class));
        command.add("-m");
        command.add("dev.evenkeel.lb.core/" + MAIN);
        return command.toArray(String[]::new);
    }

    private static String home(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private String java(String... arguments) throws Exception {
        Path output = folder.resolve("output");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(java), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String told = Files.readString(output);
        assertThat(process.exitValue()).as(told).isZero();
        return told;
    }
}
