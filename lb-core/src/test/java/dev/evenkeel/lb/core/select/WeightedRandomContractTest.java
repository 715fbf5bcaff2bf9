package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class WeightedRandomContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return WeightedRandom.policy();
    }
}
