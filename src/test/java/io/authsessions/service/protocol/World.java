package io.authsessions.service.protocol;

import java.util.Arrays;

/**
 * One state of the model: one bucket in Redis with the session that resolves ask for, and the nodes that cache it. Times
 * are kept as how long ago or how much longer, so that time has no end and the states have. Immutable once it has been
 * handed out; compared by value. The fields are numbers in an array, so that millions fit.
 */
final class World {
    static final int NONE = -1;
    static final int QUEUE = 3;

    // The primary, a server that was it or is behind it and answers still, and what is left to happen.
    static final int MARK = 0;
    static final int NEXT_MARK = 1;
    static final int TOKEN = 2;
    static final int ALIVE = 3;
    static final int OLD = 4;
    static final int OLD_MARK = 5;
    static final int OLD_TOKEN = 6;
    static final int OLD_ALIVE = 7;
    static final int SWAPPED = 8;
    static final int KILLED_AGO = 9;
    static final int CHANGES_LEFT = 11;
    static final int LOSSES_LEFT = 12;
    static final int MARK_LOSSES_LEFT = 13;
    static final int FAILOVERS_LEFT = 14;
    static final int LOADS_LEFT = 15;
    static final int READS_LEFT = 16;
    static final int RESOLVES_LEFT = 17;
    static final int SHARED = 18;

    // Each node: its feed, what it has applied, its lease and copy, a load, a read of the mark, a resolve.
    static final int FEED = 0;
    static final int FEED_FIELDS = 3;
    static final int FEED_SIZE = 9;
    static final int APPLIED = 10;
    static final int LAST = 11;
    static final int EPOCH = 12;
    static final int LEASE_LEFT = 13;
    static final int UNKNOWN_ROUNDS = 14;
    static final int AHEAD = 15;
    static final int AHEAD_SENT_AGO = 16;
    static final int COPY = 17;
    static final int COPY_EPOCH = 18;
    static final int LOAD = 19;
    static final int LOAD_VALUE = 20;
    static final int LOAD_MARK = 21;
    static final int LOAD_BEHIND = 22;
    static final int LOAD_FLAGS = 23;
    static final int LOAD_OLD = 24;
    static final int LOAD_ASKED = 25;
    static final int READ = 26;
    static final int READ_SENT_AGO = 27;
    static final int READ_SINCE_LAST = 28;
    static final int READ_VALUE = 29;
    static final int RESOLVE = 30;
    static final int RESOLVE_TOKEN = 31;
    static final int RESOLVE_LATE = 32;
    static final int SEEN_LEASE_LEFT = 33;
    static final int SEEN_EPOCH = 34;
    static final int SEEN_COPY = 35;
    static final int SEEN_COPY_EPOCH = 36;
    static final int NODE = 37;

    private final byte[] fields;

    World(int nodes) {
        fields = new byte[SHARED + nodes * NODE];
    }

    private World(byte[] fields) {
        this.fields = fields;
    }

    World copy() {
        return new World(fields.clone());
    }

    int nodes() {
        return (fields.length - SHARED) / NODE;
    }

    int get(int field) {
        return fields[field];
    }

    World set(int field, int value) {
        fields[field] = (byte) value;
        return this;
    }

    int get(int node, int field) {
        return fields[SHARED + node * NODE + field];
    }

    World set(int node, int field, int value) {
        fields[SHARED + node * NODE + field] = (byte) value;
        return this;
    }

    World less(int budget) {
        return set(budget, get(budget) - 1);
    }

    /** This a moment later. What is older than can matter ages no more. */
    World later(int lease) {
        World later = copy();
        for (int token = 0; token < 2; token++) {
            later.age(KILLED_AGO + token, lease + 1);
        }
        for (int node = 0; node < nodes(); node++) {
            int at = SHARED + node * NODE;
            later.lapse(at + LEASE_LEFT);
            later.lapse(at + SEEN_LEASE_LEFT);
            later.age(at + AHEAD_SENT_AGO, lease + 1);
            later.age(at + READ_SENT_AGO, lease + 1);
        }
        return later;
    }

    private void age(int field, int most) {
        if (fields[field] != NONE) {
            fields[field] = (byte) Math.min(most, fields[field] + 1);
        }
    }

    private void lapse(int field) {
        fields[field] = (byte) Math.max(NONE, fields[field] - 1);
    }

    /** A message that can be lost at the end of a full feed too. */
    void publish(int node, int previous, int mark, int names) {
        int size = get(node, FEED_SIZE);
        if (size < QUEUE) {
            int at = FEED + size * FEED_FIELDS;
            set(node, at, previous).set(node, at + 1, mark).set(node, at + 2, names);
            set(node, FEED_SIZE, size + 1);
        }
    }

    /** Takes the first message off the feed. */
    void shift(int node) {
        int from = SHARED + node * NODE + FEED;
        int size = get(node, FEED_SIZE) - 1;
        System.arraycopy(fields, from + FEED_FIELDS, fields, from, (QUEUE - 1) * FEED_FIELDS);
        for (int i = size * FEED_FIELDS; i < QUEUE * FEED_FIELDS; i++) {
            fields[from + i] = 0;
        }
        set(node, FEED_SIZE, size);
    }

    /** Whether nothing can be answered from memory any more by which a rule could be broken. */
    boolean over() {
        boolean nothingEnded = get(CHANGES_LEFT) == 0 && get(KILLED_AGO) == NONE && get(KILLED_AGO + 1) == NONE;
        boolean over = true;
        for (int node = 0; node < nodes() && over; node++) {
            int resolve = get(node, RESOLVE);
            boolean looking = resolve != 0
                    && (resolve != Resolves.SEEN
                            || (get(node, SEEN_LEASE_LEFT) != NONE && get(node, SEEN_COPY) != NONE));
            over = !looking && (get(RESOLVES_LEFT) == 0 || nothingEnded || !mayLease(node) || !mayHold(node));
        }
        return over;
    }

    private boolean mayLease(int node) {
        return get(node, LEASE_LEFT) != NONE || get(READS_LEFT) > 0 || get(node, READ) > 0 || get(node, AHEAD) != NONE;
    }

    private boolean mayHold(int node) {
        return (get(node, COPY) != NONE && get(node, COPY_EPOCH) == get(node, EPOCH))
                || get(LOADS_LEFT) > 0
                || get(node, LOAD) > 0;
    }

    /** What was read ahead of its message, which is not on its way any more, stays so. */
    private boolean comes(int node, int mark) {
        for (int i = 0; i < get(node, FEED_SIZE); i++) {
            if (get(node, FEED + i * FEED_FIELDS + 1) == mark) {
                return true;
            }
        }
        return false;
    }

    /** This as one of all states that differ in nothing that can matter any more. */
    World settled() {
        for (int node = 0; node < nodes(); node++) {
            if (get(node, AHEAD) != NONE && !comes(node, get(node, AHEAD))) {
                set(node, AHEAD, NONE).set(node, AHEAD_SENT_AGO, NONE);
            }
        }
        if (over()) {
            Arrays.fill(fields, (byte) 0);
            return this;
        }
        for (int node = 0; node < nodes(); node++) {
            boolean looking = get(node, RESOLVE) == Resolves.HALF || get(node, RESOLVE) == Resolves.SEEN;
            if (get(node, COPY) != NONE && get(node, COPY_EPOCH) != get(node, EPOCH)) {
                set(node, COPY, NONE);
            }
            if (get(node, COPY) == NONE) {
                set(node, COPY_EPOCH, 0);
            }
            if (!looking) {
                set(node, COPY_EPOCH, 0).set(node, EPOCH, 0);
            }
        }
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof World world && Arrays.equals(fields, world.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fields) * 0x9E3779B9;
    }

    @Override
    public String toString() {
        return Arrays.toString(fields);
    }
}
