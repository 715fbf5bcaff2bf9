package dev.evenkeel.examples;

import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.Policies;
import dev.evenkeel.lb.okhttp.AttemptSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a backend is picked. */
@SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
final class Balancing {
    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "round-robin",
            converter = PolicyConverter.class,
            description = "How a backend is picked: round-robin, weighted-round-robin, random, least-request,"
                    + " peak-ewma or consistent-hash. Default ${DEFAULT-VALUE}.")
    private Selector.Factory policy;

    @Option(
            names = "--hash-key",
            paramLabel = "path|header:NAME|cookie:NAME",
            defaultValue = "path",
            converter = KeyConverter.class,
            description = "What consistent-hash keeps together, default ${DEFAULT-VALUE}.")
    private AttemptSource key;

    @Option(
            names = "--zone",
            paramLabel = "NAME",
            description = "The zone of this proxy. Requests stay in it as far as its backends have the capacity."
                    + " Default none.")
    private @Nullable String zone;

    LoadBalancers apply(LoadBalancers assembly) {
        LoadBalancers balanced = assembly.policy(policy);
        return zone == null ? balanced : balanced.zone(zone);
    }

    AttemptSource attempts() {
        return key;
    }

    /** Reads the name of a policy. */
    static final class PolicyConverter implements ITypeConverter<Selector.Factory> {
        @Override
        public Selector.Factory convert(String name) {
            try {
                return Policies.named(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads where a key is found. */
    static final class KeyConverter implements ITypeConverter<AttemptSource> {
        @Override
        public AttemptSource convert(String text) {
            int colon = text.indexOf(':');
            String name = text.substring(colon + 1);
            try {
                return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
                    case "path" -> AttemptSource.keyedByPath();
                    case "header:" -> AttemptSource.keyedByHeader(name);
                    case "cookie:" -> AttemptSource.keyedByCookie(name);
                    default ->
                        throw new TypeConversionException(
                                "hash key must be path, header:NAME or cookie:NAME, was \"" + text + "\"");
                };
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
