package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** The form of a policy in configuration. */
final class PolicyJson {
    private PolicyJson() {}

    static SessionPolicy read(JsonFields fields) {
        SessionPolicy.Builder builder = SessionPolicy.builder();
        duration(fields, "idleTimeout", builder::idleTimeout);
        duration(fields, "absoluteTimeout", builder::absoluteTimeout);
        duration(fields, "touchInterval", builder::touchInterval);
        duration(fields, "freshFor", builder::freshFor);
        duration(fields, "rotationGrace", builder::rotationGrace);
        choice(fields, "onReuse", SessionPolicy.OnReuse.class, builder::onReuse);
        duration(fields, "maxIdleTimeout", builder::maxIdleTimeout);
        duration(fields, "maxAbsoluteTimeout", builder::maxAbsoluteTimeout);
        builder.maxSessionsPerUser((int) fields.integerOr(
                "maxSessionsPerUser", 0, SessionPolicy.MAX_SESSIONS_PER_USER, SessionPolicy.UNLIMITED));
        choice(fields, "onLimit", SessionPolicy.OnLimit.class, builder::onLimit);
        duration(fields, "endedRetention", builder::endedRetention);
        fields.refuseOthers();
        builder.report(fields);
        return builder.unchecked();
    }

    static JsonObject write(SessionPolicy policy) {
        return new JsonObject()
                .put("idleTimeout", Durations.format(policy.idleTimeout()))
                .put("absoluteTimeout", Durations.format(policy.absoluteTimeout()))
                .put("touchInterval", Durations.format(policy.touchInterval()))
                .put("freshFor", Durations.format(policy.freshFor()))
                .put("rotationGrace", Durations.format(policy.rotationGrace()))
                .put("onReuse", wireName(policy.onReuse()))
                .put("maxIdleTimeout", Durations.format(policy.maxIdleTimeout()))
                .put("maxAbsoluteTimeout", Durations.format(policy.maxAbsoluteTimeout()))
                .put("maxSessionsPerUser", policy.maxSessionsPerUser())
                .put("onLimit", wireName(policy.onLimit()))
                .put("endedRetention", Durations.format(policy.endedRetention()));
    }

    private static void duration(JsonFields fields, String name, Consumer<Duration> setter) {
        String text = fields.string(name);
        if (text != null) {
            Duration duration = Durations.parse(text);
            if (duration == null) {
                fields.error(name, "must be a duration such as 500ms, 60s, 30m, 12h or 7d");
            } else {
                setter.accept(duration);
            }
        }
    }

    private static <E extends Enum<E>> void choice(JsonFields fields, String name, Class<E> type, Consumer<E> setter) {
        String text = fields.string(name);
        if (text == null) {
            return;
        }
        StringBuilder names = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            if (wireName(constant).equals(text)) {
                setter.accept(constant);
                return;
            }
            names.append(names.length() == 0 ? "" : ", ").append(wireName(constant));
        }
        fields.error(name, "must be one of " + names);
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
