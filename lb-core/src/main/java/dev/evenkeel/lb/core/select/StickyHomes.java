package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Selector;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whom the tokens of {@link Sticky} lead to, over the latest sets of all groups of a balancer. Immutable. */
final class StickyHomes {
    static final StickyHomes NONE = new StickyHomes(new LinkedHashMap<>());

    /** In the order of the latest sets, so that who has changed groups is found in the new one. */
    private final Map<Integer, List<Home>> groups;

    private final Map<String, Home> byToken = new HashMap<>();
    private final Map<Endpoint, String> tokens = new HashMap<>();
    private final IdentityHashMap<Backend, Home> byBackend = new IdentityHashMap<>();

    /**
     * One member of a group.
     *
     * @param selector made for the group by the other policy; it knows the room that the backend has
     */
    record Home(String token, Backend backend, Selector selector) {
        boolean hasRoom() {
            return backend.inFlight() < selector.room(backend);
        }
    }

    private StickyHomes(Map<Integer, List<Home>> groups) {
        this.groups = groups;
        for (List<Home> group : groups.values()) {
            for (Home home : group) {
                byToken.put(home.token(), home);
                tokens.put(home.backend().endpoint(), home.token());
                byBackend.put(home.backend(), home);
            }
        }
    }

    /** Returns the same with another set of a group. */
    StickyHomes with(int group, List<Home> members) {
        Map<Integer, List<Home>> changed = new LinkedHashMap<>(groups);
        changed.remove(group);
        changed.put(group, List.copyOf(members));
        return new StickyHomes(changed);
    }

    /** Returns who has a token, or null. */
    @Nullable
    Home of(String token) {
        return byToken.get(token);
    }

    /** Returns the token of an endpoint, or null if it is of no set. */
    @Nullable
    String token(Endpoint endpoint) {
        return tokens.get(endpoint);
    }

    boolean isOneGroup() {
        return groups.size() == 1;
    }

    /** Returns the room that a backend has in its own group; by the given selector if it is of none. */
    long room(Backend backend, Selector stranger) {
        Home home = byBackend.get(backend);
        return (home == null ? stranger : home.selector()).room(backend);
    }
}
