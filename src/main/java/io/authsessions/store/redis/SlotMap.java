package io.authsessions.store.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which primary of a Cluster serves which slot, as far as it is known. Immutable. */
final class SlotMap {
    static final int SLOTS = 16_384;

    /** Nothing is known. */
    static final SlotMap EMPTY = new SlotMap(new HostPort[SLOTS]);

    private static final int POLYNOMIAL = 0x1021;
    private static final int[] CRC = crcTable();

    private final @Nullable HostPort[] owners;
    private final List<HostPort> primaries;

    private SlotMap(@Nullable HostPort[] owners) {
        this.owners = owners;
        Set<HostPort> distinct = new LinkedHashSet<>();
        for (HostPort owner : owners) {
            if (owner != null) {
                distinct.add(owner);
            }
        }
        this.primaries = List.copyOf(distinct);
    }

    /** The slot of a key: that of its hash tag, what stands between its first braces, where it has one. */
    static int slotOf(byte[] key) {
        int from = 0;
        int to = key.length;
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        if (close > open + 1) {
            from = open + 1;
            to = close;
        }
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = (crc << 8 & 0xFFFF) ^ CRC[(crc >>> 8 ^ key[i]) & 0xFF];
        }
        return crc % SLOTS;
    }

    /**
     * Reads the answer to {@code CLUSTER SLOTS}; null if it is none.
     *
     * @param answering the host that answered: a server that knows no name for itself leaves it out
     */
    static @Nullable SlotMap read(@Nullable Response answer, String answering) {
        if (answer == null || answer.type() != ResponseType.MULTI) {
            return null;
        }
        HostPort[] owners = new HostPort[SLOTS];
        try {
            for (Response range : answer) {
                Response host = range.get(2).get(0);
                String name = host == null || host.toString().isEmpty() ? answering : host.toString();
                HostPort owner = HostPort.of(name, range.get(2).get(1).toInteger());
                Arrays.fill(owners, range.get(0).toInteger(), range.get(1).toInteger() + 1, owner);
            }
        } catch (RuntimeException ofAnotherForm) {
            return null;
        }
        return new SlotMap(owners);
    }

    @Nullable
    HostPort owner(int slot) {
        return owners[slot];
    }

    /** All that serve a slot. */
    List<HostPort> primaries() {
        return primaries;
    }

    /** The same, but for one slot. */
    SlotMap with(int slot, HostPort owner) {
        if (owner.equals(owners[slot])) {
            return this;
        }
        @Nullable HostPort[] changed = owners.clone();
        changed[slot] = owner;
        return new SlotMap(changed);
    }

    private static int indexOf(byte[] key, char wanted, int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            table[i] = crc & 0xFFFF;
        }
        return table;
    }
}
