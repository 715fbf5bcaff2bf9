package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.health.Target.Transition;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.pool.Pool;
import dev.evenkeel.lb.core.pool.Roster;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what the prober decides to the roster, the pool and the log. Safe for many threads. Called outside the
 * prober's lock, because the roster calls the prober under its own.
 */
final class Gatekeeper {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** A machine without file descriptors fails every probe, and one line tells it as well as a thousand. */
    private static final long BETWEEN_FAULTS = TimeUnit.MINUTES.toNanos(1);

    private final Roster roster;
    private final Pool pool;

    /** When a fault of our own was last logged; null for never. Guarded by this. */
    private @Nullable Long lastFault;

    Gatekeeper(Roster roster, Pool pool) {
        this.roster = roster;
        this.pool = pool;
    }

    /** Brings the gate in line with a change, unless the next one has overtaken it. Null is no change. */
    void enforce(@Nullable Transition change) {
        if (change == null) {
            return;
        }
        if (align(change)) {
            pool.refresh();
        } else if (change.first()) {
            explain(change);
            pool.firstJudged();
        } else if (change.up()) {
            pool.wellAgain();
        }
    }

    private boolean align(Transition change) {
        Target target = change.target();
        Member member = target.member;
        return roster.align(
                member,
                Gate.PROBE,
                () -> {
                    // Whoever made the later change follows with its own reason; one of them is the last.
                    boolean inForce = !target.gone && target.state.isUp() == change.up();
                    return inForce ? !change.up() : (member.gates() & Gate.PROBE.bit()) != 0;
                },
                change.why());
    }

    /** Tells why a gate stays closed that was so from the start, once: a later change has its own reason. */
    private void explain(Transition first) {
        Target target = first.target();
        if (!first.up()) {
            roster.explain(target.member, Gate.PROBE, () -> !target.gone && first.equals(target.latest), first.why());
        }
    }

    void tellAbandoned(Member member, int stuck) {
        String reason = "a probe goes on although it was interrupted; the next one waits for its end";
        roster.tell(Kind.PROBE_ABANDONED, member, reason + " (" + stuck + " stuck)");
    }

    /** Logs why a probe has no verdict, unless another has had none a short time ago. */
    void tellOurFault(Member member, String reason, long now) {
        if (isNews(now)) {
            log.warn("{}: a probe has no verdict: {}", member.endpoint(), Diagnosis.tidy(reason));
        }
    }

    private synchronized boolean isNews(long now) {
        Long last = lastFault;
        if (last != null && now - last < BETWEEN_FAULTS) {
            return false;
        }
        lastFault = now;
        return true;
    }
}
