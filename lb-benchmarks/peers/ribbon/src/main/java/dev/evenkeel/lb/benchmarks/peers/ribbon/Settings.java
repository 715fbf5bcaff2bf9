package dev.evenkeel.lb.benchmarks.peers.ribbon;

import com.netflix.client.config.CommonClientConfigKey;
import com.netflix.client.config.PropertyResolver;
import com.netflix.client.config.ReloadableClientConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Ribbon's settings from memory, where others read them with Archaius. All are the defaults but those that have to do with time. */
final class Settings extends ReloadableClientConfig {
    /** Eleven days, so that no ping and no half-open circuit comes between. In milliseconds it still fits an int, which Ribbon needs. */
    private static final int NEVER_SECONDS = 1_000_000;

    private Settings() {
        super(new Constants(Map.of(
                "niws.loadbalancer.default.circuitTripTimeoutFactorSeconds", NEVER_SECONDS,
                "niws.loadbalancer.default.circuitTripMaxTimeoutSeconds", NEVER_SECONDS)));
    }

    static Settings named(String name) {
        Settings settings = new Settings();
        settings.loadProperties(name);
        settings.set(CommonClientConfigKey.NFLoadBalancerPingInterval, NEVER_SECONDS);
        return settings;
    }

    @Override
    public void loadDefaultValues() {}

    @Override
    public String resolveDeploymentContextbasedVipAddresses() {
        return "";
    }

    /** Settings that never change. */
    private record Constants(Map<String, Integer> values) implements PropertyResolver {
        @Override
        public <T> Optional<T> get(String key, Class<T> type) {
            return Optional.ofNullable(values.get(key)).map(type::cast);
        }

        @Override
        public void forEach(String prefix, BiConsumer<String, String> consumer) {}

        @Override
        public void onChange(Runnable action) {}
    }
}
