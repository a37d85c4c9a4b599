package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Redis is sent, as it says itself: by MONITOR, which tells what clients send from what scripts call, and by
 * commandstats, which counts both and so has to agree. What the link asks for itself is left out. Confined to one thread.
 */
final class SeenCommands implements AutoCloseable {
    private static final Pattern COUNT = Pattern.compile("(?m)^cmdstat_([a-z|]+):calls=(\\d+)");
    private static final Pattern SEEN = Pattern.compile("^[\\d.]+ \\[\\d+ ([^\\]]+)\\] \"([^\"]+)\"");
    private static final Set<String> NOT_OF_CALLS =
            Set.of("time", "ping", "hello", "auth", "subscribe", "info", "echo", "monitor", "config", "script");

    private final PlainRedis admin;
    private final PlainRedis monitor;

    SeenCommands(int port) {
        admin = new PlainRedis(port);
        monitor = new PlainRedis(port);
        monitor.call("MONITOR");
        admin.call("CONFIG", "RESETSTAT");
    }

    /** Makes a script known, so that it is sent by its name the first time too. */
    void know(Script script) {
        admin.call("SCRIPT", "LOAD", script.source());
        take();
    }

    /** How often clients have sent each command since the last call of this. */
    Map<String, Integer> take() {
        String end = UUID.randomUUID().toString();
        List<Object> answers = admin.all(
                List.of(List.of("INFO", "commandstats"), List.of("CONFIG", "RESETSTAT"), List.of("ECHO", end)));
        Map<String, Integer> sent = new TreeMap<>();
        Map<String, Integer> all = new TreeMap<>();
        for (String line = next(); !line.contains(end); line = next()) {
            Matcher seen = SEEN.matcher(line);
            if (seen.find()) {
                String name = seen.group(2).toLowerCase(Locale.ROOT);
                all.merge(name, 1, Integer::sum);
                if (!seen.group(1).equals("lua")) {
                    sent.merge(name, 1, Integer::sum);
                }
            }
        }
        Map<String, Integer> counted = new TreeMap<>();
        Matcher count = COUNT.matcher(PlainRedis.text(answers.get(0)));
        while (count.find()) {
            counted.put(count.group(1), Integer.valueOf(count.group(2)));
        }
        for (Map<String, Integer> each : List.of(sent, all, counted)) {
            each.keySet().removeAll(NOT_OF_CALLS);
        }
        assertThat(counted).as("commandstats").isEqualTo(all);
        return sent;
    }

    private String next() {
        return PlainRedis.text(monitor.next());
    }

    @Override
    public void close() {
        monitor.close();
        admin.close();
    }
}
