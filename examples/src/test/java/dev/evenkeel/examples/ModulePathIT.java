package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.dns.DnsRecordsSource;
import dev.evenkeel.lb.micrometer.LoadBalancerMetrics;
import dev.evenkeel.lb.okhttp.Evenkeel;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.simple.SimpleLogger;
import org.xbill.DNS.Name;

/** The libraries as modules, under a program that is one: compiled and run without a class path. */
final class ModulePathIT {
    private static final Path SOURCES = Path.of("src", "test", "modular");
    private static final long WATCHDOG_SECONDS = 120;

    /** One class of each jar that is needed at run time. */
    private static final List<Class<?>> JARS = List.of(
            LoadBalancer.class,
            LoadBalancers.class,
            DnsRecordsSource.class,
            Evenkeel.class,
            LoadBalancerMetrics.class,
            OkHttpClient.class,
            Buffer.class,
            Unit.class,
            Logger.class,
            SimpleLogger.class,
            Name.class,
            MeterRegistry.class,
            KeyValue.class,
            Observation.class);

    @Test
    void a_program_of_modules_balances_in_every_way_without_a_class_path(@TempDir Path compiled) throws Exception {
        String libraries = modulePath();
        compile(libraries + File.pathSeparator + home(NullMarked.class), compiled);
        Path logged = compiled.resolve("logged");
        assertThat(run(libraries + File.pathSeparator + compiled, compiled.resolve("printed"), logged))
                .containsExactly(
                        "class path: ",
                        "ModularProgram: dev.evenkeel.modular",
                        "LoadBalancer: dev.evenkeel.lb.api",
                        "LoadBalancers: dev.evenkeel.lb.core",
                        "DnsRecordsSource: dev.evenkeel.lb.dns",
                        "Evenkeel: dev.evenkeel.lb.okhttp",
                        "LoadBalancerMetrics: dev.evenkeel.lb.micrometer",
                        "OkHttpClient: okhttp3",
                        "Logger: org.slf4j",
                        "MeterRegistry: micrometer.core",
                        "ready: true",
                        "orders is probed: [last probe passed]",
                        "pinned.test is probed: [last probe passed]",
                        "REWRITE: [200 a http://orders/who, 200 b http://orders/who]",
                        "PINNED: [200 a http://pinned.test/who, 200 b http://pinned.test/who]",
                        "REWRITE, one fails: [200 b http://orders/sometimes]",
                        "PINNED, one fails: [200 b http://pinned.test/sometimes]",
                        "failed attempts: true",
                        "JSON: true",
                        "meters: true",
                        "records: true",
                        "names: true");
        assertThat(logged)
                .content()
                .contains("INFO dev.evenkeel.modular.ModularProgram - logged through a provider that is a module")
                .contains("INFO dev.evenkeel.lb - orders: ");
    }

    private static String modulePath() throws URISyntaxException {
        List<String> jars = new ArrayList<>();
        for (Class<?> one : JARS) {
            jars.add(home(one));
        }
        return String.join(File.pathSeparator, jars);
    }

    private static String home(Class<?> one) throws URISyntaxException {
        return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static void compile(String libraries, Path to) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("--release", "17", "-d", to.toString(), "--module-path", libraries));
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.filter(path -> path.toString().endsWith(".java")).forEach(path -> command.add(path.toString()));
        }
        StringWriter told = new StringWriter();
        PrintWriter out = new PrintWriter(told);
        int exit = ToolProvider.findFirst("javac").orElseThrow().run(out, out, command.toArray(String[]::new));
        assertThat(exit).as(told.toString()).isZero();
    }

    private static List<String> run(String modulePath, Path printed, Path logged)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modulePath,
                        "-m",
                        "dev.evenkeel.modular/dev.evenkeel.modular.ModularProgram")
                .redirectOutput(printed.toFile())
                .redirectError(logged.toFile())
                .start();
        try {
            boolean ended = process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(printed, StandardCharsets.UTF_8);
            String told = lines + ", logged " + Files.readString(logged);
            assertThat(ended).as("it ended by itself; printed was %s", told).isTrue();
            assertThat(process.exitValue()).as("printed was %s", told).isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
