package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The policy")
class SessionPolicyTest {
    @Test
    @Tag("ASVS-7.1.1")
    @DisplayName("has the defaults that the documentation names")
    void defaults() {
        assertThat(SessionPolicy.DEFAULT.toJson())
                .isEqualTo(new JsonObject()
                        .put("idleTimeout", "7d")
                        .put("absoluteTimeout", "30d")
                        .put("touchInterval", "1m")
                        .put("freshFor", "1d")
                        .put("rotationGrace", "30s")
                        .put("onReuse", "end")
                        .put("maxIdleTimeout", "30d")
                        .put("maxAbsoluteTimeout", "365d")
                        .put("maxSessionsPerUser", 0)
                        .put("onLimit", "evict_least_recently_used")
                        .put("endedRetention", "1d"));
        assertThat(SessionPolicy.fromJson(new JsonObject())).isEqualTo(SessionPolicy.DEFAULT);
        assertThat(SessionPolicy.DEFAULT.limited()).isFalse();
    }

    @Test
    @DisplayName("reports all mistakes of a builder at once")
    void allMistakesOfABuilder() {
        SessionPolicy.Builder builder = SessionPolicy.builder()
                .idleTimeout(Duration.ZERO)
                .absoluteTimeout(Duration.ofDays(366))
                .touchInterval(Duration.ofMillis(-1))
                .freshFor(Duration.ofDays(366))
                .rotationGrace(Duration.ofHours(2))
                .maxIdleTimeout(Duration.ofMillis(1))
                .endedRetention(Duration.ZERO)
                .maxSessionsPerUser(1_001);

        assertThat(Samples.mistakes(builder::build))
                .containsExactlyInAnyOrder(
                        "idleTimeout",
                        "absoluteTimeout",
                        "touchInterval",
                        "freshFor",
                        "rotationGrace",
                        "maxIdleTimeout",
                        "endedRetention",
                        "maxSessionsPerUser");
    }

    @Test
    @DisplayName("reports durations that milliseconds cannot count, and missing ones, as any other mistake")
    @SuppressWarnings("NullAway")
    void endlessDurations() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        SessionPolicy.Builder builder = SessionPolicy.builder()
                .maxAbsoluteTimeout(endless)
                .maxIdleTimeout(null)
                .idleTimeout(Duration.ZERO)
                .absoluteTimeout(endless.negated());

        assertThat(Samples.mistakes(builder::build))
                .containsExactly("idleTimeout", "absoluteTimeout", "maxIdleTimeout", "maxAbsoluteTimeout");
        assertThat(Samples.mistakes(
                        () -> NewSession.of("alice").withIdleTimeout(endless).check(SessionPolicy.DEFAULT)))
                .containsExactly("idleTimeoutMillis");
        assertThat(Samples.mistakes(() ->
                        NewSession.of("alice").withAbsoluteTimeout(endless).check(SessionPolicy.DEFAULT)))
                .containsExactly("absoluteTimeoutMillis");
    }

    @Test
    @DisplayName("reports all mistakes of a configuration at once, with what is possible")
    void allMistakesOfAConfiguration() {
        JsonObject json = new JsonObject()
                .put("idleTimeout", "soon")
                .put("absoluteTimeout", 5)
                .put("onReuse", "ignore")
                .put("onLimit", "EVICT_OLDEST")
                .put("maxSessionsPerUser", 5.9)
                .put("endedRetention", "31d")
                .put("nonsense", true);

        assertThat(Samples.mistakes(() -> SessionPolicy.fromJson(json)))
                .containsExactlyInAnyOrder(
                        "idleTimeout",
                        "absoluteTimeout",
                        "onReuse",
                        "onLimit",
                        "maxSessionsPerUser",
                        "endedRetention",
                        "");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> SessionPolicy.fromJson(json)))
                .hasMessageContaining("evict_least_recently_used, evict_oldest, reject")
                .hasMessageContaining("end, refuse")
                .hasMessageNotContaining("nonsense")
                .hasMessageNotContaining("soon");
    }

    @Property
    @Label("is the same after it was written and read")
    void roundTrip(@ForAll("policies") SessionPolicy policy) {
        assertThat(SessionPolicy.fromJson(new JsonObject(policy.toJson().encode())))
                .isEqualTo(policy);
        assertThat(policy.toBuilder().build()).isEqualTo(policy);
    }

    @Provide
    Arbitrary<SessionPolicy> policies() {
        Arbitrary<Duration> years =
                Arbitraries.longs().between(1_000, 315_360_000_000L).map(Duration::ofMillis);
        Arbitrary<Duration> hour = Arbitraries.longs().between(0, 3_600_000).map(Duration::ofMillis);
        Arbitrary<Duration> month =
                Arbitraries.longs().between(1_000, 2_592_000_000L).map(Duration::ofMillis);
        return Combinators.combine(
                        years.list()
                                .ofSize(4)
                                .map(list -> list.stream().sorted().toList()),
                        hour,
                        hour,
                        month,
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.of(SessionPolicy.OnLimit.values()),
                        Arbitraries.of(SessionPolicy.OnReuse.values()))
                .as((long4, touch, grace, retention, max, onLimit, onReuse) -> SessionPolicy.builder()
                        .idleTimeout(long4.get(0))
                        .maxIdleTimeout(long4.get(1))
                        .absoluteTimeout(long4.get(2))
                        .maxAbsoluteTimeout(long4.get(3))
                        .touchInterval(touch)
                        .rotationGrace(grace)
                        .freshFor(retention)
                        .endedRetention(retention)
                        .maxSessionsPerUser(max)
                        .onLimit(onLimit)
                        .onReuse(onReuse)
                        .build());
    }

    @ParameterizedTest
    @DisplayName("takes durations as people write them")
    @CsvSource({"500ms,500", "60s,60000", "30m,1800000", "12h,43200000", "7d,604800000", "0ms,0", "007s,7000"})
    void durations(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @DisplayName("takes no other text for a duration")
    @ValueSource(
            strings = {
                "",
                "5",
                "d",
                "-5s",
                "+5s",
                "1.5h",
                "5 s",
                " 5s",
                "5s ",
                "5S",
                "5s\n",
                "٥s",
                "1w",
                "PT5S",
                "999999999999d",
                "1e3ms",
                "99999999999999999999s"
            })
    void notDurations(String text) {
        assertThat(Durations.parse(text)).isNull();
    }

    @Property
    @Label("writes a duration so that it is read as the same")
    void durationRoundTrip(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long millis) {
        Duration duration = Duration.ofMillis(millis);

        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
}
