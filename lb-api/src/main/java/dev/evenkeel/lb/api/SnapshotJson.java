package dev.evenkeel.lb.api;

import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a snapshot, field by field as in docs/observability.md. A field without a value is null, not absent. */
final class SnapshotJson {
    /** Rises when a field is renamed, removed or changes its meaning. */
    private static final int SCHEMA = 1;

    /** An exception may quote a whole answer. */
    private static final int LONGEST_MESSAGE = 1_000;

    private final JsonWriter json = new JsonWriter();

    private SnapshotJson() {}

    static String of(LoadBalancerSnapshot snapshot) {
        SnapshotJson form = new SnapshotJson();
        form.balancer(snapshot);
        return form.json.toString();
    }

    private void balancer(LoadBalancerSnapshot snapshot) {
        json.beginObject()
                .field("schema", SCHEMA)
                .field("name", snapshot.name())
                .field("at", snapshot.status().at().toString())
                .field("policy", snapshot.policy())
                .field("closed", snapshot.closed());
        json.name("source");
        source(snapshot.source());
        json.name("plan");
        plan(snapshot.plan());
        json.name("backends").beginArray();
        snapshot.backends().forEach(this::backend);
        json.endArray();
        json.name("picksFailed");
        counts(snapshot.past().picksFailed());
        json.name("events");
        counts(snapshot.past().events());
        json.name("history").beginArray();
        snapshot.history().forEach(this::event);
        json.endArray().endObject();
    }

    private void source(@Nullable SourceSnapshot source) {
        if (source == null) {
            json.value(null);
            return;
        }
        json.beginObject()
                .field("name", source.name())
                .field("state", word(source.state()))
                .field("reason", source.reason())
                .field("inStateMillis", source.inState().toMillis())
                .endObject();
    }

    private void plan(PlanSnapshot plan) {
        json.beginObject()
                .field("version", plan.version())
                .field("eligible", plan.eligible())
                .field("panic", plan.isPanic())
                .name("groups")
                .beginArray();
        for (PlanSnapshot.Group group : plan.groups()) {
            json.beginObject()
                    .field("tier", group.tier())
                    .field("zone", group.zone())
                    .field("share", group.share())
                    .field("eligible", group.eligible())
                    .field("panic", group.panic())
                    .endObject();
        }
        json.endArray().endObject();
    }

    private void backend(BackendSnapshot backend) {
        Endpoint endpoint = backend.endpoint();
        InetAddress address = endpoint.address();
        BackendTraffic traffic = backend.traffic();
        json.beginObject()
                .field("endpoint", endpoint.toString())
                .field("address", address == null ? null : address.getHostAddress())
                .field("weight", endpoint.weight())
                .field("zone", endpoint.zone())
                .field("tier", endpoint.tier())
                .field("state", word(backend.state()))
                .field("inStateMillis", backend.inState().toMillis())
                .name("health");
        health(backend.health());
        json.field("ejection", backend.ejection())
                .name("traffic")
                .beginObject()
                .field("inFlight", traffic.inFlight())
                .field("attempts", traffic.attempts())
                .field("failures", traffic.failures())
                .field("resends", traffic.resends())
                .endObject()
                .endObject();
    }

    private void health(BackendHealth health) {
        json.beginObject()
                .field("checked", health.checked())
                .field("failuresInARow", health.failuresInARow())
                .field("reason", health.reason())
                .name("cause");
        cause(health.cause());
        json.endObject();
    }

    private void event(LoadBalancerEvent event) {
        BackendSnapshot backend = event.backend();
        json.beginObject()
                .field("kind", word(event.kind()))
                .field("at", event.at().toString())
                .field("endpoint", backend == null ? null : backend.endpoint().toString())
                .field("state", backend == null ? null : word(backend.state()))
                .field("reason", event.reason())
                .name("cause");
        cause(event.cause());
        json.name("before");
        before(event.change().before());
        json.name("flags").beginArray();
        for (Flag flag : event.change().flags()) {
            json.value(word(flag));
        }
        json.endArray().endObject();
    }

    private void before(@Nullable Before before) {
        if (before == null) {
            json.value(null);
            return;
        }
        json.beginObject()
                .field("state", word(before.state()))
                .field("lastedMillis", before.lasted().toMillis())
                .endObject();
    }

    private void cause(@Nullable Throwable cause) {
        if (cause == null) {
            json.value(null);
            return;
        }
        json.beginObject()
                .field("type", cause.getClass().getName())
                .field("message", message(cause))
                .endObject();
    }

    /** A message is a method, of a user's class perhaps, and can throw; the rest of the snapshot is still wanted. */
    private static @Nullable String message(Throwable cause) {
        try {
            String message = cause.getMessage();
            return message == null || message.length() <= LONGEST_MESSAGE
                    ? message
                    : message.substring(0, LONGEST_MESSAGE) + "...";
        } catch (RuntimeException | Error e) {
            return "unreadable, it threw a " + e.getClass().getName();
        }
    }

    private void counts(Map<? extends Enum<?>, Long> counts) {
        json.beginObject();
        counts.forEach((kind, count) -> json.field(word(kind), count));
        json.endObject();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
