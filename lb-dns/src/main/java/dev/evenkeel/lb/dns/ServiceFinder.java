package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** The targets of a service: one endpoint for each of their addresses. */
record ServiceFinder(String scheme, Name service) implements Finder {
    @Override
    public List<Endpoint> find(Resolution resolution, boolean onlyIpv4) {
        List<Name> candidates = resolution.candidates(service);
        for (Name candidate : candidates) {
            Question question = new Question(candidate, Type.SRV);
            Answer answer = resolution.ask(List.of(question)).get(question);
            if (answer == null) {
                return List.of(); // Going on could find another service of a similar name.
            }
            resolution.holds(answer.ttlSeconds());
            if (!answer.records().isEmpty()) {
                return endpoints(candidate, answer, resolution, onlyIpv4);
            }
        }
        resolution.complain(service + " has no SRV record, asked for as " + candidates, null);
        return List.of();
    }

    private List<Endpoint> endpoints(Name asked, Answer answer, Resolution resolution, boolean onlyIpv4) {
        Map<Integer, List<SRVRecord>> byPriority = new TreeMap<>();
        Set<Name> targets = new LinkedHashSet<>();
        for (Record each : answer.records()) {
            if (each instanceof SRVRecord srv && !srv.getTarget().equals(Name.root)) {
                byPriority
                        .computeIfAbsent(srv.getPriority(), priority -> new ArrayList<>())
                        .add(srv);
                targets.add(srv.getTarget());
            }
        }
        if (targets.isEmpty()) {
            resolution.complain(
                    asked.toString(true) + " says that the service is not available: its target is .", null);
            return List.of();
        }
        Map<Name, List<InetAddress>> addresses = addresses(targets, answer, resolution, onlyIpv4);
        List<Endpoint> endpoints = new ArrayList<>();
        int tier = 0;
        for (List<SRVRecord> alike : byPriority.values()) {
            addTier(alike, addresses, Math.min(tier, Endpoint.MAX_TIER), endpoints);
            tier++;
        }
        return endpoints;
    }

    private Map<Name, List<InetAddress>> addresses(
            Collection<Name> targets, Answer answer, Resolution resolution, boolean onlyIpv4) {
        Map<Question, List<Record>> records = new HashMap<>();
        for (Record each : answer.glue()) {
            records.computeIfAbsent(new Question(each.getName(), each.getType()), question -> new ArrayList<>())
                    .add(each);
        }
        List<Question> wanted = new ArrayList<>();
        targets.forEach(target -> wanted.addAll(Question.addressesOf(target, onlyIpv4)));
        // A server may have left one family out for want of room, so only what is there is not asked for.
        List<Question> missing =
                wanted.stream().filter(each -> !records.containsKey(each)).toList();
        resolution.ask(missing).forEach((question, found) -> {
            records.put(question, found.records());
            if (!found.records().isEmpty()) {
                resolution.holds(found.ttlSeconds());
            }
        });
        Map<Name, List<InetAddress>> addresses = new HashMap<>();
        for (Question each : wanted) {
            List<Record> found = records.getOrDefault(each, List.of());
            found.forEach(record -> resolution.holds(record.getTTL()));
            addresses.computeIfAbsent(each.name(), name -> new ArrayList<>()).addAll(AddressFinder.addresses(found));
        }
        addresses.forEach((target, found) -> {
            if (found.isEmpty()) {
                resolution.complain(service + ": its target " + target.toString(true) + " has no address", null);
            }
        });
        return addresses;
    }

    private void addTier(
            List<SRVRecord> alike, Map<Name, List<InetAddress>> addresses, int tier, List<Endpoint> endpoints) {
        List<SrvWeights.Share> shares = alike.stream()
                .map(srv -> new SrvWeights.Share(
                        srv.getWeight(),
                        addresses.getOrDefault(srv.getTarget(), List.of()).size()))
                .toList();
        int[] weights = SrvWeights.each(shares);
        for (int i = 0; i < weights.length; i++) {
            SRVRecord srv = alike.get(i);
            for (InetAddress address : addresses.getOrDefault(srv.getTarget(), List.of())) {
                String url = scheme + "://" + srv.getTarget().toString(true) + ":" + srv.getPort();
                endpoints.add(Endpoint.of(url)
                        .withAddress(address)
                        .withWeight(weights[i])
                        .withTier(tier));
            }
        }
    }
}
