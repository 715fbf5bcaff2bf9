package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class LeastOfThreeContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return LeastRequest.choices(3);
    }
}
