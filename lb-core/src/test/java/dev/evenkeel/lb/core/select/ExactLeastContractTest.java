package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class ExactLeastContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return LeastRequest.choices(1_000);
    }
}
