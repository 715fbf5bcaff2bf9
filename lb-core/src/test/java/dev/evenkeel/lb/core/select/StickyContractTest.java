package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

class StickyContractTest extends SelectorContract {
    @Override
    Selector.Factory policy() {
        return Sticky.over(LeastRequest.policy(), new byte[32]);
    }
}
