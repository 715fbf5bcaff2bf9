package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class RoundRobinContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return RoundRobin.policy();
    }

    @Override
    Selector.Factory policyAt(long ticket) {
        return RoundRobin.startingAt(ticket);
    }
}
