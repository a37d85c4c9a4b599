package io.authsessions.store.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of the layout, as it is documented.
 *
 * @param key with {@code aus} for the prefix and placeholders for what differs
 * @param type by the word of Redis or another
 * @param holds what
 * @param ttl how long
 */
record DocumentedKey(String key, String type, String holds, String ttl) {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern PAGE_ROW = Pattern.compile("(?m)^\\| `(aus:[^`]+)` \\| (.+?) \\| (.+) \\| (.+?) \\|$");
    private static final Pattern JAVADOC_ROW =
            Pattern.compile("<tr><td>\\{@code (aus:.+?)\\}</td><td>(.+?)</td><td>(.+?)</td><td>(.+?)</td></tr>");
    private static final Pattern CODE = Pattern.compile("\\{@code ([^{}]+)\\}|`([^`]+)`");

    /** In the table of docs/redis.md. */
    static List<DocumentedKey> ofPage() throws IOException {
        return read(PAGE_ROW, page());
    }

    /** In the table of the class. */
    static List<DocumentedKey> ofJavadoc() throws IOException {
        String source =
                Files.readString(ROOT.resolve("src/main/java/io/authsessions/store/redis/RedisSessionStore.java"));
        return read(JAVADOC_ROW, source.replaceAll("\\n \\*\\s+", " "));
    }

    static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/redis.md"));
    }

    /** Matches the keys that are meant, under a prefix. */
    Pattern under(String prefix) {
        String form = Pattern.quote(key.substring("aus".length()))
                .replace("{b}", "\\E\\{[0-9A-Za-z]{2}\\}\\Q")
                .replace("<id>", "\\E[0-9A-Za-z]{22}\\Q")
                .replace("<user key>", "\\E[A-Za-z0-9_-]{22}\\Q");
        return Pattern.compile(Pattern.quote(prefix) + form);
    }

    /** How Redis calls the type. */
    String typeInRedis() {
        return type.equals("sorted set") ? "zset" : type;
    }

    private static List<DocumentedKey> read(Pattern row, String text) {
        List<DocumentedKey> keys = new ArrayList<>();
        Matcher found = row.matcher(text);
        while (found.find()) {
            String ttl = plain(found.group(4));
            String before = keys.isEmpty() ? ttl : keys.get(keys.size() - 1).ttl();
            keys.add(new DocumentedKey(
                    found.group(1), found.group(2), plain(found.group(3)), ttl.equals("as above") ? before : ttl));
        }
        return keys;
    }

    private static String plain(String text) {
        return CODE.matcher(text).replaceAll(code -> code.group(1) == null ? code.group(2) : code.group(1));
    }
}
