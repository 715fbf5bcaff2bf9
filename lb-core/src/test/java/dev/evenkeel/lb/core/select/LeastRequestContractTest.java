package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class LeastRequestContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return LeastRequest.policy();
    }
}
