package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource.Discovery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one balancer knows from DNS. Used by one thread at a time, which the polling sees to. */
final class RecordsWatch {
    private final Finder finder;
    private final Where where;
    private final Pace pace;
    private final boolean onlyIpv4;
    private final Discovery discovery;
    private final Map<Question, Answer> known = new HashMap<>();
    private Where.@Nullable Place place;
    private List<String> told = List.of();
    private int failures;

    RecordsWatch(Finder finder, Where where, Pace pace, boolean onlyIpv4, Discovery discovery) {
        this.finder = finder;
        this.where = where;
        this.pace = pace;
        this.onlyIpv4 = onlyIpv4;
        this.discovery = discovery;
    }

    Duration ask() {
        Where.Place asked = place == null ? where.now(pace.timeout()) : place;
        Resolution resolution = new Resolution(asked, known, pace.timeout(), discovery::nanos);
        List<Endpoint> endpoints;
        try {
            endpoints = finder.find(resolution, onlyIpv4);
        } catch (IllegalArgumentException e) {
            resolution.complain("the answer is refused: " + e.getMessage(), e);
            endpoints = List.of();
        }
        resolution.forgetTheRest();
        tell(endpoints, resolution.complaint());
        // The machine may have moved to another network, with other servers.
        place = resolution.unanswered() ? null : asked;
        failures = resolution.unanswered() ? failures + 1 : 0;
        return failures > 0 ? pace.afterFailures(failures) : pace.after(resolution.ttlSeconds());
    }

    private void tell(List<Endpoint> endpoints, Resolution.@Nullable Complaint complaint) {
        List<String> now = endpoints.stream().map(RecordsWatch::text).sorted().toList();
        // While something is wrong, telling what is known already would look as if that had passed.
        if (!endpoints.isEmpty() && (complaint == null || !now.equals(told))) {
            told = now;
            discovery.found(endpoints);
        }
        if (complaint != null) {
            discovery.failed(complaint.reason(), complaint.cause());
        }
    }

    private static String text(Endpoint endpoint) {
        return endpoint + " " + endpoint.weight() + " " + endpoint.tier();
    }
}
