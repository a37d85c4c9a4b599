package io.authsessions.secrets;

/** A set of numbers that takes sixteen bytes for each: the races alone issue a million tokens. Thread-safe. */
final class LongSet {
    private static final int FIRST_SLOTS = 1 << 12;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] slots = new long[FIRST_SLOTS];
    private int size;

    synchronized void add(long value) {
        // Zero marks a free slot, and is no less likely than any other fingerprint.
        if (value == 0 || contains(value)) {
            return;
        }
        if (size * 2 >= slots.length) {
            long[] old = slots;
            slots = new long[old.length * 2];
            for (long each : old) {
                if (each != 0) {
                    slots[slotOf(each)] = each;
                }
            }
        }
        slots[slotOf(value)] = value;
        size++;
    }

    synchronized boolean contains(long value) {
        return slots[slotOf(value)] != 0;
    }

    synchronized int size() {
        return size;
    }

    /** Where the value is, or would be. */
    private int slotOf(long value) {
        int slot = (int) (value * SPREAD >>> 32) & (slots.length - 1);
        while (slots[slot] != 0 && slots[slot] != value) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }
}
