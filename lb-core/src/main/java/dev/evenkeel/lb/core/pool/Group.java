package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Selector;

/** The members that share one selector in a {@link Plan}. Immutable. */
class Group {
    /** Nobody can be picked. */
    static final Group NOBODY = new Group(Gate.ALL, attempt -> null, new Member[0]);

    /** The gates that keep a member out. */
    final int mask;

    final Selector selector;

    /** Whom the selector was made for. The array is never written. */
    final Member[] eligible;

    Group(int mask, Selector selector, Member[] eligible) {
        this.mask = mask;
        this.selector = selector;
        this.eligible = eligible;
    }

    /** Returns the gates that keep a member out; who was picked may be of another group, whose health then counts. */
    int maskFor(Member member) {
        return mask == Gate.ALL || member.gates == 0 || !contains(member) ? Gate.ALL : mask;
    }

    /** Tells whether no gate keeps a member out that was picked from here. */
    boolean admits(Member member) {
        int gates = member.gates;
        return gates == 0 || (gates & maskFor(member)) == 0;
    }

    private boolean contains(Member member) {
        for (Member one : eligible) {
            if (one == member) {
                return true;
            }
        }
        return false;
    }
}
