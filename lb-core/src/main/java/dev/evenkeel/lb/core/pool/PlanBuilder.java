package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.plan.SlowStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes a plan of the roster as it is: asks the stages who, and the policy for the selectors. One thread at a time. */
final class PlanBuilder {
    private final Roster roster;
    private final Selector.Factory policy;
    private final PolicyFaults faults;
    private final PlanRules rules;
    private final boolean probed;
    private final LongSupplier clock;

    /** What the policy says of itself; null until it was asked. Touched by the builder of the moment. */
    private @Nullable Boolean usesKeys;

    PlanBuilder(Roster roster, Selector.Factory policy, PolicyFaults faults, PoolSettings settings) {
        this.roster = roster;
        this.policy = policy;
        this.faults = faults;
        this.rules = settings.rules();
        this.probed = settings.probed();
        this.clock = roster.clock();
    }

    /** A plan with what decided it. */
    record Built(Plan plan, Layout layout) {}

    Built build(long version) {
        Census census = roster.census(probed);
        for (Member member : census.members()) {
            if (member.isNewToPolicy()) {
                introduce(member);
            }
        }
        Layout layout = Stages.layout(census.standings(), rules, census.now());
        List<Group> groups = new ArrayList<>();
        for (Layout.Part part : layout.parts()) {
            groups.add(group(part));
        }
        return new Built(new Plan(version, census, layout, groups, usesKeys()), layout);
    }

    private boolean usesKeys() {
        Boolean known = usesKeys;
        if (known == null) {
            known = askForKeys();
            usesKeys = known;
        }
        return known;
    }

    private boolean askForKeys() {
        try {
            return policy.usesKeys();
        } catch (Throwable e) {
            faults.blame(() -> "it does not say whether it uses keys: " + e, e);
            return false;
        }
    }

    /** Returns how long a plan is kept at least before time alone asks for another, or many newcomers make too many. */
    long leastHoldNanos() {
        SlowStart slowStart = rules.slowStart();
        return slowStart == null ? 0 : slowStart.window().toNanos() / 100;
    }

    boolean waitsForVerdicts() {
        return probed && rules.panicBelow() > 0;
    }

    private void introduce(Member member) {
        try {
            member.feedback(policy.feedback(member, clock));
        } catch (Throwable e) {
            member.feedback(null);
            faults.blame(() -> "it gives no feedback for " + member + ": " + e, e);
        }
    }

    private Group group(Layout.Part part) {
        List<Candidate> candidates =
                part.members().stream().map(PlanBuilder::candidate).toList();
        Member[] eligible = part.members().stream()
                .filter(Layout.Placed::eligible)
                .map(placed -> (Member) placed.standing().backend())
                .toArray(Member[]::new);
        return new Group(part.mask(), selector(part, candidates, eligible.length), eligible);
    }

    private static Candidate candidate(Layout.Placed placed) {
        Member member = (Member) placed.standing().backend();
        int weight = placed.standing().endpoint().weight();
        return new Candidate(member, weight, placed.ramp(), placed.eligible(), member.feedback());
    }

    private Selector selector(Layout.Part part, List<Candidate> candidates, int eligible) {
        try {
            Candidates set = Candidates.of(part.group(), candidates, clock);
            Candidates told = part.isPanic() ? set.ignoringHealth() : set;
            return Objects.requireNonNull(policy.create(told), "create returned null");
        } catch (Throwable e) {
            faults.blame(() -> "it makes no selector for " + eligible + " backends: " + e, e);
            return Group.NOBODY.selector;
        }
    }
}
