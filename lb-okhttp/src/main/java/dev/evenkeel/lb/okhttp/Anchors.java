package dev.evenkeel.lb.okhttp;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects reachable until they are let go, as a reference must be that the garbage collector is to tell of. Safe for many
 * threads; takes a lock only to grow. Never shrinks: it has some two places for each of the most that were held at a time.
 *
 * @param <T> compared by identity
 */
final class Anchors<T> {
    /** How many places a thread looks at in one table: as many as lie in one line of a processor's cache. */
    private static final int TRIES = 16;

    private static final int LEAST_PLACES = 1024;

    private final Table<T> first = new Table<>(0, LEAST_PLACES);

    /** Some places, and more where there is none left. */
    private static final class Table<T> {
        /** The length is a power of two; null where nothing is held. */
        private final AtomicReferenceArray<@Nullable T> places;

        /** How many places the tables before this one have. */
        private final int before;

        private volatile @Nullable Table<T> next;

        Table(int before, int size) {
            this.before = before;
            this.places = new AtomicReferenceArray<>(size);
        }

        int size() {
            return places.length();
        }

        /** Returns a place at or after the given one, or -1 if those tried are taken. */
        int put(T one, int start) {
            for (int tried = 0; tried < TRIES; tried++) {
                int place = start + tried & places.length() - 1;
                if (places.get(place) == null && places.compareAndSet(place, null, one)) {
                    return place;
                }
            }
            return -1;
        }

        Table<T> next() {
            Table<T> known = next;
            return known != null ? known : grown();
        }

        private synchronized Table<T> grown() {
            Table<T> known = next;
            if (known == null) {
                known = new Table<>(before + size(), 2 * size());
                next = known;
            }
            return known;
        }

        int held() {
            int held = 0;
            for (int place = 0; place < size(); place++) {
                if (places.get(place) != null) {
                    held++;
                }
            }
            return held;
        }
    }

    /** Holds an object and returns at which place. */
    int hold(T one) {
        // A thread that holds one after the other does so at one place, which no other thread writes to.
        int start = (int) Thread.currentThread().getId() * TRIES;
        Table<T> table = first;
        while (true) { // to a table with room, of which there is always a next one
            int place = table.put(one, start);
            if (place >= 0) {
                return table.before + place;
            }
            table = table.next();
            start = ThreadLocalRandom.current().nextInt();
        }
    }

    /** Lets an object go that is held at a place, where nobody else can do so at the same time. */
    void letGo(int place) {
        Table<T> table = tableOf(place);
        // Released is enough: who takes the place next sees it empty sooner or later, and until then takes another one.
        table.places.setRelease(place - table.before, null);
    }

    /** Lets an object go that was held at a place. Returns false if it was let go already. */
    boolean tryLetGo(T one, int place) {
        Table<T> table = tableOf(place);
        return table.places.compareAndSet(place - table.before, one, null);
    }

    private Table<T> tableOf(int place) {
        Table<T> table = first;
        while (place - table.before >= table.size()) {
            table = table.next();
        }
        return table;
    }

    /** Returns how many objects are held. */
    int size() {
        int size = 0;
        for (Table<T> table = first; table != null; table = table.next) {
            size += table.held();
        }
        return size;
    }
}
