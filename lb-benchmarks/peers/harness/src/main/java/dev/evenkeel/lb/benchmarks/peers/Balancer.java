package dev.evenkeel.lb.benchmarks.peers;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A balancer of a peer as its users have it, with backends that are numbered from 0. All are up at first.
 *
 * <p>{@link #pick}, {@link #attempt} and {@link #number} may be called from any thread, also while another one marks.
 */
public interface Balancer extends AutoCloseable {
    /** How many keys there are. A power of two. */
    int KEYS = 1 << 12;

    /**
     * Picks, and no more.
     *
     * @param key from 0 and below {@link #KEYS}, for policies that go by a key; others take no notice
     * @return what the library answers, or null if that means "none"
     */
    @Nullable
    Object pick(int key) throws Exception;

    /**
     * Picks, and does all that the library has its user do for one attempt which succeeds: begin, end, release.
     *
     * @param key as for {@link #pick}
     * @return as {@link #pick}
     * @throws UnsupportedOperationException if the library wants nothing beyond the pick
     */
    @Nullable
    Object attempt(int key) throws Exception;

    /** Returns the number of the backend that an answer stands for. */
    int number(Object answer) throws Exception;

    /**
     * Makes exactly these backends up and all others down. Returns when later picks heed it. For one thread at a time.
     *
     * @throws UnsupportedOperationException if the library does not mark backends
     */
    void mark(BitSet up) throws Exception;

    /** Gives up every thread and socket. */
    @Override
    void close();
}
