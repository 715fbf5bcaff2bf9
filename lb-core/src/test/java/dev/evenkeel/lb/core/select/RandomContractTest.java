package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class RandomContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return Random.policy();
    }
}
