package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class WeightedRoundRobinContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return WeightedRoundRobin.policy();
    }

    @Override
    Selector.Factory policyAt(long ticket) {
        return WeightedRoundRobin.startingAt(ticket);
    }
}
