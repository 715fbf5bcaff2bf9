package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class RoundRobinContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return RoundRobin.policy();
    }
}
