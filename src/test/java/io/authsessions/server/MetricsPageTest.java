package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.store.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The metrics")
final class MetricsPageTest {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (authsessions_\\w+) (\\w+)$");
    private static final Pattern LABEL = Pattern.compile("(?m)^(authsessions_\\w+)\\{(\\w+)=\"([^\"]*)\"\\} ");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(authsessions_\\w+)` \\| (\\w+) \\| (?:`(\\w+)` ([\\w, ]+))? ?\\|");
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:metrics"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String scrape() throws Exception {
        return server.asAdmin("GET", "/metrics").body();
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    @Test
    @DisplayName("are those that the page describes, with those labels and no others")
    void described() throws Exception {
        String metrics = scrape();
        String page = Files.readString(Path.of(System.getProperty("project.root"), "docs", "metrics.md"));
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (MatchResult row : ROW.matcher(page).results().toList()) {
            types.put(row.group(1), row.group(2));
            if (row.group(3) != null) {
                labels.put(
                        row.group(1) + " " + row.group(3),
                        new TreeSet<>(List.of(row.group(4).strip().split(", "))));
            }
        }
        assertThat(TYPE.matcher(metrics).results().collect(Collectors.toMap(m -> m.group(1), m -> m.group(2))))
                .isEqualTo(types);
        assertThat(LABEL.matcher(metrics)
                        .results()
                        .collect(Collectors.groupingBy(
                                m -> m.group(1) + " " + m.group(2),
                                Collectors.mapping(m -> m.group(3), Collectors.toCollection(TreeSet::new)))))
                .isEqualTo(labels);
    }

    @Test
    @DisplayName("count what is answered from memory, what is not, and what a change names, without naming it")
    void cache() throws Exception {
        String before = scrape();
        JsonObject issued = server.signIn("metrics-user");
        String token = issued.getString("token");
        String id = issued.getJsonObject("session").getString("id");
        for (int i = 0; i < 5; i++) {
            assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
        }
        String used = scrape();
        assertThat(server.asUser(token, "DELETE", "/v1/session").status()).isEqualTo(204);
        String after = scrape();
        assertThat(value(used, "authsessions_cache_misses_total"))
                .isGreaterThan(value(before, "authsessions_cache_misses_total"));
        assertThat(value(used, "authsessions_cache_hits_total"))
                .isGreaterThan(value(before, "authsessions_cache_hits_total"));
        assertThat(value(after, "authsessions_cache_invalidations_total"))
                .isGreaterThan(value(used, "authsessions_cache_invalidations_total"));
        assertThat(value(after, "authsessions_cache_leases{state=\"alive\"}")
                        + value(after, "authsessions_cache_leases{state=\"lapsed\"}"))
                .isPositive();
        assertThat(value(after, "authsessions_cache_proof_age_seconds")).isBetween(0.0, 60.0);
        assertThat(Arrays.asList(token, id, "metrics-user")).noneMatch(after::contains);
    }
}
