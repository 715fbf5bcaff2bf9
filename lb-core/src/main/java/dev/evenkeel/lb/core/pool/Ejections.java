package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who of a {@link Roster} is ejected. Each decision is made under the roster's lock, with every gate held still, so that
 * the limits hold however many threads eject at a time. Who calls here publishes a plan afterwards.
 *
 * <p>Before the last eligible member goes, for whatever reason, and whenever nobody is eligible, those that are out for
 * nothing but their ejection are readmitted, the earliest ejected first: those whose last probe has passed, or all if none
 * has, since that is better than nobody, and without probes. When more of a tier are ejected than may be, since
 * others drain or leave or some have come back, the earliest ejected are readmitted until the cap is kept.
 */
public final class Ejections {
    private final Roster roster;

    /** Guarded by the roster's lock. */
    private long turns;

    /** That of the last ejection. Guarded by the roster's lock. */
    private IntUnaryOperator cap = members -> members;

    Ejections(Roster roster) {
        this.roster = roster;
    }

    /**
     * What became of the wish to eject a member.
     *
     * @param ejected whether it was
     * @param keptBy the rule that kept it in; null if it was ejected, or was out of rotation already
     */
    public record Decision(boolean ejected, @Nullable String keptBy) {
        private static final Decision EJECTED = new Decision(true, null);
        private static final Decision OUT_ALREADY = new Decision(false, null);
    }

    /**
     * Ejects a member, unless it is the last eligible one or too many of its tier are ejected.
     *
     * @param newCap how many of so many non-draining members of a tier may be ejected, from now on
     * @param term starts the term of the ejection and returns it as a phrase; called under the roster's lock
     */
    public Decision eject(Member member, String reason, IntUnaryOperator newCap, Supplier<String> term) {
        return roster.holdingStill(() -> {
            if (roster.isClosed() || member.gates() != 0) {
                return Decision.OUT_ALREADY;
            }
            cap = newCap;
            String keptBy = keptBy(member);
            if (keptBy != null) {
                return new Decision(false, keptBy);
            }
            member.ejection(new Ejected(reason, roster.clock().getAsLong(), turns++));
            roster.flip(member, Gate.OUTLIER, true, reason + ", " + term.get());
            return Decision.EJECTED;
        });
    }

    private @Nullable String keptBy(Member member) {
        boolean isLast = true;
        for (Member other : roster.members()) {
            isLast &= !other.isEligible() || other == member;
        }
        if (isLast) {
            return "no other backend is in rotation";
        }
        Count count = count(member.endpoint().tier());
        return count.ejected < cap.applyAsInt(count.members) ? null : count + ", and no more may be";
    }

    /** Those of a tier that do not drain. */
    private record Count(int members, int ejected) {
        @Override
        public String toString() {
            return ejected + " of " + members + " are ejected";
        }
    }

    private Count count(int tier) {
        int ejected = 0;
        int members = 0;
        for (Member member : roster.members()) {
            if (member.endpoint().tier() == tier && !drains(member)) {
                members++;
                ejected += isEjected(member) ? 1 : 0;
            }
        }
        return new Count(members, ejected);
    }

    private static boolean drains(Member member) {
        return (member.gates() & TierStage.PANIC_MASK) != 0;
    }

    private static boolean isEjected(Member member) {
        return (member.gates() & Gate.OUTLIER.bit()) != 0;
    }

    /** Opens the slot for the trial of an ejected member. Returns false if it is not ejected any more, or leaves. */
    public boolean halfOpen(Member member, String reason) {
        return roster.holdingStill(() -> {
            if (!isOut(member)) {
                return false;
            }
            member.trial(new Trial(member, roster.clock().getAsLong()));
            roster.changed(Kind.HALF_OPEN, member, reason);
            return true;
        });
    }

    /**
     * Keeps a member ejected after its trial.
     *
     * @param term as in {@link #eject}
     */
    public boolean prolong(Member member, String reason, Supplier<String> term) {
        return roster.holdingStill(() -> {
            if (!isOut(member)) {
                return false;
            }
            member.trial(null);
            member.ejection(
                    Objects.requireNonNull(member.ejection(), "ejection").because(reason));
            member.gates(member.gates(), roster.clock().getAsLong());
            roster.changed(Kind.EJECTED, member, reason + ", " + term.get());
            return true;
        });
    }

    /** Ends the ejection of a member. Returns false if it is not ejected any more, or leaves. */
    public boolean readmit(Member member, String reason) {
        return roster.holdingStill(() -> isOut(member) && readmitLocked(member, reason));
    }

    private boolean isOut(Member member) {
        int leaves = Gate.LEAVING.bit() | Gate.BALANCER.bit();
        return !roster.isClosed() && (member.gates() & (Gate.OUTLIER.bit() | leaves)) == Gate.OUTLIER.bit();
    }

    private boolean readmitLocked(Member member, String reason) {
        member.trial(null);
        member.ejection(null);
        roster.flip(member, Gate.OUTLIER, false, reason);
        roster.readmitted(member);
        return true;
    }

    /** Ends the trial of a member that leaves; should it come back, another one begins. Under the roster's lock. */
    void left(Member member) {
        member.trial(null);
    }

    /**
     * Sees to it that somebody is eligible, as far as ejections are in the way.
     *
     * @param closing who is about to be eligible no more, or null. Under the roster's lock
     */
    void keepSomebodyIn(@Nullable Member closing) {
        Member[] members = roster.members();
        for (Member member : members) {
            if (member != closing && member.gates() == 0) {
                return;
            }
        }
        List<Member> ejected = Arrays.stream(members)
                .filter(member -> member != closing && member.gates() == Gate.OUTLIER.bit())
                .sorted(Comparator.comparingLong(Ejections::turn))
                .toList();
        List<Member> passing =
                ejected.stream().filter(member -> member.passes(true)).toList();
        (passing.isEmpty() ? ejected : passing).forEach(member -> readmitLocked(member, "no other backend is left"));
    }

    /** Sees to it that no more of a tier are ejected than may be, whoever has come or gone. Under the roster's lock. */
    void keepCap() {
        Arrays.stream(roster.members())
                .filter(member -> isEjected(member) && !drains(member))
                .sorted(Comparator.comparingLong(Ejections::turn))
                .forEach(this::keepCap);
    }

    private void keepCap(Member earliest) {
        Count count = count(earliest.endpoint().tier());
        int most = cap.applyAsInt(count.members);
        if (count.ejected > most) {
            readmitLocked(earliest, count + ", and no more than " + most + " may be");
        }
    }

    private static long turn(Member member) {
        Ejected ejection = member.ejection();
        return ejection == null ? Long.MAX_VALUE : ejection.turn();
    }
}
