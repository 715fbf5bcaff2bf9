package dev.evenkeel.lb.core.pool;

/** Hears who joins and who leaves, under the roster's lock and in order; must be short and must not call back. */
public interface MembershipObserver {
    /** A member is new, or has come back while it was leaving. */
    void joined(Member member);

    /** A member was removed. Its calls in flight may still go on. */
    void left(Member member);

    /** The ejection of a member has ended, for whatever reason. */
    default void readmitted(Member member) {}
}
