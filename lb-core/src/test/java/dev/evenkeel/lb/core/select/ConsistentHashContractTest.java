package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class ConsistentHashContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return ConsistentHash.policy();
    }
}
