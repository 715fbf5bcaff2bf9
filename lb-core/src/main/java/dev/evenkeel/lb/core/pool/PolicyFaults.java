package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Selector;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of what a policy does wrong: the first thing only, since one event and one line in the log are enough. */
final class PolicyFaults {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String name;
    private final String policyName;
    private final Roster roster;
    private final AtomicReference<@Nullable String> first = new AtomicReference<>();

    PolicyFaults(String name, Selector.Factory policy, Roster roster) {
        this.name = name;
        this.policyName = policy.name();
        this.roster = roster;
    }

    String policyName() {
        return policyName;
    }

    @Nullable
    String first() {
        return first.get();
    }

    void blame(Supplier<String> what, @Nullable Throwable cause) {
        if (first.get() != null) {
            return;
        }
        String told = tell(what);
        if (first.compareAndSet(null, told)) {
            log.error("{}: policy {} fails, calls go to any live backend: {}", name, policyName, told);
            if (cause != null) {
                log.debug("{}: where policy {} failed", name, policyName, cause);
            }
            roster.tell(Kind.POLICY_FAILED, null, Change.because("policy " + policyName + ": " + told, cause));
        }
    }

    /** The words are the policy's too: its backends and its exceptions are asked for them. */
    private static String tell(Supplier<String> what) {
        try {
            return what.get();
        } catch (RuntimeException | Error e) {
            return "it failed, and then failed to say how, with a "
                    + e.getClass().getName();
        }
    }
}
