package dev.evenkeel.examples;

import dev.evenkeel.examples.proxy.HostMode;
import dev.evenkeel.examples.proxy.ReverseProxy;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a standalone reverse proxy. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        customSynopsis = "evenkeel proxy --backend URL... [OPTIONS]",
        description = {
            "Runs a reverse proxy that spreads requests over the backends whose health check passes.",
            "SIGTERM or Ctrl-C stops it gently: requests in flight end first."
        },
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
final class ProxyCommand implements Callable<Integer> {
    /** The host of the URL that the proxy forwards to; no one outside sees it. */
    private static final String BALANCER = "backends";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            description = "Where to listen, default ${DEFAULT-VALUE}; port 0 takes a free one.")
    private String listen;

    @Option(
            names = "--backend",
            required = true,
            arity = "1..*",
            paramLabel = "URL",
            converter = EndpointConverter.class,
            description =
                    "A backend, such as http://10.0.0.1:8080, or with labels 'http://10.0.0.1:8080;weight=5;zone=a;tier=1'"
                            + " (quoted, for the shell); several after one another, or the option again.")
    private List<Endpoint> backends;

    @ArgGroup(validate = false, heading = "%nBalancing:%n")
    private Balancing balancing = new Balancing();

    @ArgGroup(validate = false, heading = "%nHealth:%n")
    private Health health = new Health();

    @ArgGroup(validate = false, heading = "%nForwarding:%n")
    private Forwarding forwarding = new Forwarding();

    @ArgGroup(validate = false, heading = "%nStopping:%n")
    private Stopping stopping = new Stopping();

    /** How it ends. */
    @SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
    static final class Stopping {
        @Option(
                names = "--grace",
                paramLabel = "DURATION",
                defaultValue = "10s",
                converter = DurationConverter.class,
                description =
                        "How long requests in flight may take to end when it is stopped, default ${DEFAULT-VALUE}.")
        private Duration grace;

        @Option(
                names = "--ready-path",
                paramLabel = "PATH",
                description = "Answered by the proxy itself: 200, and 503 once it stops. Default none.")
        private @Nullable String readyPath;

        @Option(
                names = "--drain-delay",
                paramLabel = "DURATION",
                defaultValue = "0ms",
                converter = DurationConverter.class,
                description = "How long it still serves once it is told to stop and the ready path says 503,"
                        + " default ${DEFAULT-VALUE}.")
        private Duration drainDelay;

        ReverseProxy.Builder apply(ReverseProxy.Builder builder) {
            return (readyPath == null ? builder : builder.readyPath(readyPath))
                    .drainDelay(drainDelay)
                    .grace(grace);
        }
    }

    /** How backends are probed. */
    @SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
    static final class Health {
        @Option(
                names = "--health-path",
                paramLabel = "PATH",
                defaultValue = "/health",
                description = "What is asked with GET, default ${DEFAULT-VALUE}.")
        private String path;

        @Option(
                names = "--health-interval",
                paramLabel = "DURATION",
                defaultValue = "10s",
                converter = DurationConverter.class,
                description = "How often, default ${DEFAULT-VALUE}.")
        private Duration interval;

        @Option(
                names = "--health-timeout",
                paramLabel = "DURATION",
                converter = DurationConverter.class,
                description = "How long one health check may take, default 3s, or the interval if that is shorter.")
        private @Nullable Duration timeout;

        @Option(
                names = "--rise",
                paramLabel = "N",
                defaultValue = "2",
                description = "How many must pass in a row to bring a backend up, default ${DEFAULT-VALUE}.")
        private int rise;

        @Option(
                names = "--fall",
                paramLabel = "N",
                defaultValue = "3",
                description = "How many must fail in a row to take a backend down, default ${DEFAULT-VALUE}.")
        private int fall;

        @Option(
                names = "--start",
                paramLabel = "optimistic|pessimistic",
                defaultValue = "optimistic",
                description =
                        "Whether a backend gets requests before its first health check, default ${DEFAULT-VALUE}.")
        private HealthCheck.Start start;

        @Option(
                names = "--outlier-detection",
                description = "Take a backend out of rotation for a while when requests to it fail, whatever its"
                        + " health checks say.")
        private boolean detectOutliers;

        LoadBalancers apply(LoadBalancers assembly) {
            LoadBalancers checked = assembly.healthCheck(check());
            return detectOutliers ? checked.outlierDetection(OutlierDetection.standard()) : checked;
        }

        private HealthCheck check() {
            HealthCheck check = HttpHealthCheck.get(path).every(interval);
            return (timeout == null ? check : check.timeout(timeout))
                    .rise(rise)
                    .fall(fall)
                    .start(start);
        }
    }

    /** What a backend is told of the client. */
    @SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
    static final class Forwarding {
        @Option(
                names = "--trusted-proxy",
                paramLabel = "CIDR",
                description = "Peers whose X-Forwarded and Forwarded fields are believed, such as 10.0.0.0/8;"
                        + " may be given again. Default none.")
        private List<String> trusted = List.of();

        @Option(
                names = "--host",
                paramLabel = "pass|backend",
                defaultValue = "pass",
                description = "Which Host a backend sees: the client's, or its own. Default ${DEFAULT-VALUE}.")
        private HostMode host;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        LoadBalancers assembly =
                LoadBalancers.named(BALANCER).backends(backends).listener(new TransitionPrinter(out));
        BalancedProxy proxy =
                BalancedProxy.start(balancing.apply(health.apply(assembly)), balancing.attempts(), this::settings);
        out.println("proxy listens on " + listen.replaceFirst(":[0-9]+$", ":" + proxy.port()) + ", forwards to "
                + backends.stream().map(Endpoint::url).collect(Collectors.joining(", ")));
        Foreground.untilStopped(() -> stop(proxy, out));
        return 0;
    }

    private ReverseProxy.Builder settings(ReverseProxy.Builder builder) {
        return stopping.apply(builder.listen(listen))
                .host(forwarding.host)
                .trusting(forwarding.trusted.toArray(String[]::new));
    }

    private static void stop(BalancedProxy proxy, PrintWriter out) {
        out.println("proxy stops: " + proxy.inFlight() + " requests in flight");
        proxy.close();
        out.println("proxy stopped");
    }
}
