package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** One endpoint for each address of a name. */
record AddressFinder(Endpoint named, Name name) implements Finder {
    @Override
    public List<Endpoint> find(Resolution resolution, boolean onlyIpv4) {
        List<Name> candidates = resolution.candidates(name);
        for (Name candidate : candidates) {
            List<Question> questions = Question.addressesOf(candidate, onlyIpv4);
            Collection<Answer> answers = resolution.ask(questions).values();
            List<Answer> full =
                    answers.stream().filter(each -> !each.records().isEmpty()).toList();
            if (!full.isEmpty()) {
                full.forEach(each -> resolution.holds(each.ttlSeconds()));
                return full.stream()
                        .flatMap(each -> addresses(each.records()).stream())
                        .map(named::withAddress)
                        .toList();
            }
            if (answers.size() < questions.size() && answers.stream().noneMatch(Answer::noSuchName)) {
                return List.of(); // Going on could find another service of a similar name.
            }
            answers.forEach(each -> resolution.holds(each.ttlSeconds()));
        }
        resolution.complain(
                named.host() + " has no " + (onlyIpv4 ? "A" : "A or AAAA") + " record, asked for as " + candidates,
                null);
        return List.of();
    }

    /** Returns the addresses among the records, in their order. */
    static List<InetAddress> addresses(List<Record> records) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Record each : records) {
            if (each instanceof ARecord a) {
                addresses.add(a.getAddress());
            } else if (each instanceof AAAARecord aaaa) {
                addresses.add(aaaa.getAddress());
            }
        }
        return addresses;
    }
}
