package dev.evenkeel.lb.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;

/**
 * Which servers are asked, and under which names. Null stands for what the system says.
 *
 * @param dns asked in place of any server, by tests
 */
record Where(
        @Nullable List<InetSocketAddress> servers,
        @Nullable List<Name> search,
        @Nullable Dns dns) {
    static final Where SYSTEM = new Where(null, null, null);

    Where withServers(List<InetSocketAddress> newServers) {
        if (newServers.isEmpty()) {
            throw new IllegalArgumentException("there must be at least 1 server, had 0");
        }
        newServers.stream().filter(InetSocketAddress::isUnresolved).findFirst().ifPresent(server -> {
            throw new IllegalArgumentException("a server must be an address, was " + server);
        });
        return new Where(newServers, search, dns);
    }

    Where withSearch(List<Name> newSearch) {
        return new Where(servers, newSearch, dns);
    }

    Where withDns(Dns newDns) {
        return new Where(servers, search, newDns);
    }

    /** Reads the system's configuration anew, if it is needed. */
    Place now(Duration timeout) {
        boolean needsSystem = search == null || (servers == null && dns == null);
        ResolverConfig system = needsSystem ? new ResolverConfig() : null;
        List<Name> suffixes = search == null && system != null ? system.searchPath() : search;
        int dots = system == null ? 1 : system.ndots();
        Dns asked = dns;
        if (asked == null) {
            asked = resolver(servers == null && system != null ? system.servers() : servers, timeout);
        }
        return new Place(asked, suffixes == null ? List.of() : suffixes, dots);
    }

    private static Dns resolver(@Nullable List<InetSocketAddress> addresses, Duration timeout) {
        List<Dns> each = new ArrayList<>();
        for (InetSocketAddress address : addresses == null ? List.<InetSocketAddress>of() : addresses) {
            SimpleResolver one = new SimpleResolver(address);
            one.setTimeout(timeout.dividedBy(Servers.TRIES));
            // What there is to do is short and never blocks, so the thread that reads the answer does it.
            each.add(query -> one.sendAsync(query, Runnable::run));
        }
        return Servers.of(each);
    }

    /** Where to ask for now. */
    record Place(Dns dns, List<Name> suffixes, int dots) {
        /** Returns what a name may stand for, in the order in which that is tried. */
        List<Name> candidates(Name name) {
            if (name.isAbsolute()) {
                return List.of(name);
            }
            List<Name> candidates = new ArrayList<>();
            suffixes.forEach(suffix -> add(candidates, name, suffix));
            List<Name> plain = new ArrayList<>();
            add(plain, name, Name.root);
            candidates.addAll(name.labels() > dots ? 0 : candidates.size(), plain);
            return candidates;
        }

        private static void add(List<Name> candidates, Name name, Name suffix) {
            try {
                candidates.add(Name.concatenate(Name.concatenate(name, suffix), Name.root));
            } catch (NameTooLongException e) {
                throw new IllegalArgumentException(name + " must fit before " + suffix, e);
            }
        }
    }
}
