package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class PeakEwmaContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return PeakEwma.policy();
    }
}
