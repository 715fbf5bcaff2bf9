package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import java.util.ArrayList;
import java.util.List;

/** What the two legs of a hedged call have together: the backends, of which each is for one leg, and the extra attempts. */
final class HedgeShare {
    // Both are guarded by this.
    private final List<Claim> claims = new ArrayList<>(2);
    private int extraAttempts;

    private record Claim(HedgeLeg leg, Backend backend) {}

    synchronized int extraAttempts() {
        return extraAttempts;
    }

    /** Takes one of the extra attempts. Returns false if none is left. */
    synchronized boolean takeExtraAttempt(int most) {
        if (extraAttempts >= most) {
            return false;
        }
        extraAttempts++;
        return true;
    }

    synchronized void returnExtraAttempt() {
        extraAttempts--;
    }

    /** Returns where the other leg is or was. */
    synchronized Backend[] claimedByOthers(HedgeLeg leg) {
        return claims.stream()
                .filter(claim -> claim.leg != leg)
                .map(Claim::backend)
                .toArray(Backend[]::new);
    }

    /** Takes a backend for a leg, unless the other one has it. */
    synchronized boolean claim(HedgeLeg leg, Backend backend) {
        for (Claim claim : claims) {
            if (claim.leg != leg && claim.backend.endpoint().equals(backend.endpoint())) {
                return false;
            }
        }
        claims.add(new Claim(leg, backend));
        return true;
    }

    synchronized void releaseClaims(HedgeLeg leg) {
        claims.removeIf(claim -> claim.leg == leg);
    }
}
