package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.Thresholds;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.HealthState.Phase;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * A member as the prober sees it, from its join to its leave. All fields are guarded by the prober's lock, except that
 * {@link #state}, {@link #gone} and {@link #latest} may be read without it.
 */
final class Target {
    final Member member;
    final HealthState state;
    private final Thresholds thresholds;

    /** Set once, under the roster's lock too, so that under it nobody acts for a member that has left. */
    volatile boolean gone;

    /** The last change there was; null before the first. Written under the prober's lock, read under the roster's. */
    volatile @Nullable Transition latest;

    /** When the next probe is due, or when the present one was. */
    long due;

    /** When traffic last asked for a probe, by the time it was given; null for never. */
    @Nullable
    Long asked;

    /** Rises with every timer, which tells apart one that was cancelled too late. */
    int turn;

    Cancellable timer = () -> {};

    /** The probe that is due and not answered; null while the timer runs. */
    @Nullable
    Probe probe;

    /** A change of state that the roster is to hear of, or the end of a run of failures of one that was up all the while. */
    record Transition(Target target, boolean up, Change why) {
        boolean first() {
            return why.has(Flag.FIRST_CHECK);
        }
    }

    Target(Member member, Thresholds thresholds) {
        this.member = member;
        this.thresholds = thresholds;
        this.state = state(member, thresholds);
    }

    /** A member that comes back while it was leaving has kept its gate and its health, and goes on from there. */
    private static HealthState state(Member member, Thresholds thresholds) {
        BackendHealth health = member.health();
        if (!health.checked()) {
            return HealthState.unchecked(thresholds);
        }
        boolean down = (member.gates() & Gate.PROBE.bit()) != 0;
        return down ? HealthState.down(thresholds) : HealthState.up(thresholds, health.failuresInARow());
    }

    /**
     * Takes in a verdict and returns the change it makes, or null for none. The first verdict is one in any case, and so is the
     * pass of one that is up and was not known to be well: somebody may wait for it.
     */
    @Nullable
    Transition hear(Verdict verdict) {
        boolean first = !member.health().checked();
        return switch (verdict.result()) {
            case PASS -> {
                boolean wasWell = member.hasPassedSinceItJoined();
                member.health(BackendHealth.PASSING);
                boolean news = state.pass() || first || (!wasWell && state.isUp());
                yield news ? transition(true, whyUp(first), first) : null;
            }
            case FAIL -> {
                String reason = Diagnosis.tidy(verdict.reason());
                member.health(member.health().failedAgain(reason, verdict.cause()));
                yield state.fail() || first ? transition(false, whyDown(first), first) : null;
            }
            case NONE -> null;
        };
    }

    private Transition transition(boolean up, String reason, boolean first) {
        Change why = Change.because(reason, member.health().cause())
                .with(Flag.FIRST_CHECK, first)
                .with(Flag.PENDING, !up && state.phase() == Phase.PENDING);
        Transition made = new Transition(this, up, why);
        latest = made;
        return made;
    }

    private String whyUp(boolean first) {
        if (first) {
            return "first probe passed";
        }
        return thresholds.rise() == 1 ? "1 passed probe" : thresholds.rise() + " passed probes";
    }

    private String whyDown(boolean first) {
        BackendHealth health = member.health();
        return first ? "first probe failed: " + health.reason() : health.toString();
    }
}
