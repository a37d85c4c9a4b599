package io.authsessions.store.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything under one prefix, read key by key as the layout is documented and without the code that wrote it: what
 * stands there, and where records and indices disagree.
 */
public final class StoredKeys {
    private static final int RECORD = 0x01;
    private static final int MARKER = 0xE1;
    private static final int BATCH = 500;
    private static final int USER_KEY_AT = 33;
    private static final int USED_AT = 55;
    private static final int IDLE_AT = 67;
    private static final int ABSOLUTE_AT = 73;

    private final String prefix;
    private final Pattern form;
    private final Map<String, Map<String, Long>> indices = new HashMap<>();
    private final Map<String, Entry> records = new HashMap<>();
    private final Map<String, Long> ttls = new HashMap<>();
    private final Set<String> markers = new TreeSet<>();
    private final List<String> faults = new ArrayList<>();
    private final long begun = System.nanoTime();

    private record Entry(String bucket, String userKey, long used, long deadline) {}

    private StoredKeys(String prefix) {
        this.prefix = prefix;
        this.form = Pattern.compile(Pattern.quote(prefix)
                + ":(?:layout|\\{(?<bucket>[0-9A-Za-z]{2})\\}:(?:(?<index>[xrm])|s:(?<id>[0-9A-Za-z]{22})"
                + "|u:(?<user>[A-Za-z0-9_-]{22})))");
    }

    /** Reads all keys of a Redis; those that do not begin with the prefix are told as faults. */
    public static StoredKeys of(int port, String prefix) {
        return of(List.of(port), prefix);
    }

    /** Reads all keys of the primaries of a Cluster. */
    public static StoredKeys of(List<Integer> ports, String prefix) {
        return of(ports, prefix, List.of());
    }

    /** As above, but for keys that the test has put there itself. */
    static StoredKeys of(List<Integer> ports, String prefix, List<String> foreign) {
        StoredKeys stored = new StoredKeys(prefix);
        for (int port : ports) {
            try (PlainRedis redis = new PlainRedis(port)) {
                List<String> keys = new ArrayList<>(redis.texts("KEYS", "*"));
                keys.removeAll(foreign);
                for (int from = 0; from < keys.size(); from += BATCH) {
                    stored.read(redis, keys.subList(from, Math.min(from + BATCH, keys.size())));
                }
            }
        }
        stored.compare();
        return stored;
    }

    /** What is wrong, a sentence each. */
    public List<String> faults() {
        return faults;
    }

    /** The ids of all records. */
    public Set<String> records() {
        return records.keySet();
    }

    /** The ids of all ended sessions. */
    public Set<String> markers() {
        return markers;
    }

    private void read(PlainRedis redis, List<String> keys) {
        long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        List<List<String>> commands = new ArrayList<>();
        for (String key : keys) {
            commands.add(List.of("PTTL", key));
            Matcher parts = form.matcher(key);
            boolean isSet = parts.matches() && (isSortedSet(parts.group("index")) || parts.group("user") != null);
            commands.add(isSet ? List.of("ZRANGE", key, "0", "-1", "WITHSCORES") : List.of("GET", key));
        }
        List<Object> answers = redis.all(commands);
        for (int i = 0; i < keys.size(); i++) {
            take(keys.get(i), (Long) answers.get(2 * i), waitedMillis, answers.get(2 * i + 1));
        }
    }

    private static boolean isSortedSet(String index) {
        return "x".equals(index) || "r".equals(index);
    }

    private void take(String key, long ttl, long waitedMillis, Object value) {
        Matcher parts = form.matcher(key);
        if (!parts.matches()) {
            faults.add(key + " is no key of the layout");
            return;
        }
        // What is read later has less time left, and yet may end later.
        ttls.put(key, ttl + waitedMillis);
        if (!key.equals(prefix + ":layout") && ttl <= 0) {
            faults.add(key + " has no TTL");
        }
        if (value instanceof List<?> members) {
            Map<String, Long> scores = new HashMap<>();
            for (int i = 0; i < members.size(); i += 2) {
                scores.put(PlainRedis.text(members.get(i)), Long.valueOf(PlainRedis.text(members.get(i + 1))));
            }
            indices.put(key, scores);
        } else if (parts.group("id") != null) {
            takeSession(parts, (byte[]) value);
        }
    }

    private void takeSession(Matcher parts, byte[] bytes) {
        String id = parts.group("id");
        if (!id.startsWith(parts.group("bucket"))) {
            faults.add(id + " lies in another bucket");
        }
        if ((bytes[0] & 0xFF) == MARKER) {
            markers.add(id);
        } else if (bytes[0] == RECORD) {
            byte[] user = new byte[16];
            ByteBuffer.wrap(bytes).get(USER_KEY_AT, user);
            long deadline = Math.min(sixBytes(bytes, IDLE_AT), sixBytes(bytes, ABSOLUTE_AT));
            String userKey = Base64.getUrlEncoder().withoutPadding().encodeToString(user);
            records.put(id, new Entry(parts.group("bucket"), userKey, sixBytes(bytes, USED_AT), deadline));
        } else {
            faults.add(id + " is neither a record nor a marker");
        }
    }

    private static long sixBytes(byte[] bytes, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return ((long) buffer.getShort(at) & 0xFFFF) << 32 | buffer.getInt(at + 2) & 0xFFFFFFFFL;
    }

    private void compare() {
        records.forEach((id, entry) -> {
            String bucket = prefix + ":{" + entry.bucket() + "}:";
            expect(id, bucket + "u:" + entry.userKey(), entry.used());
            expect(id, bucket + "r", entry.used());
            expect(id, bucket + "x", entry.deadline());
        });
        indices.forEach((key, members) -> members.keySet().forEach(id -> {
            Entry entry = records.get(id);
            if (entry == null) {
                faults.add(key + " names " + id + ", of which there is no record");
            } else if (key.contains(":u:") && !key.endsWith(":u:" + entry.userKey())) {
                faults.add(key + " names " + id + " of another user");
            }
        }));
    }

    private void expect(String id, String index, long score) {
        Long there = indices.getOrDefault(index, Map.of()).get(id);
        if (there == null || there != score) {
            faults.add(id + " stands in " + index + " at " + there + ", not at " + score);
        }
        long slack = 1_000;
        String record = prefix + ":{" + id.substring(0, 2) + "}:s:" + id;
        if (ttls.getOrDefault(index, 0L) + slack < ttls.get(record)) {
            faults.add(index + " ends before " + id);
        }
    }
}
