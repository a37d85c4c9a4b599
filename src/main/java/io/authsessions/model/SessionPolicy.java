package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which sessions live and end. Immutable, and valid as a whole: {@link Builder#build()} reports all
 * mistakes at once.
 *
 * <p>The defaults stay within what NIST SP 800-63B permits at AAL1 (30 days in all). For AAL2 set
 * {@code absoluteTimeout} to 24 h and {@code idleTimeout} to 1 h.
 *
 * @param idleTimeout a session never expires sooner than this after its last use; 1 s to {@code maxIdleTimeout}
 * @param absoluteTimeout a session never lives longer than this, whatever its use; 1 s to {@code maxAbsoluteTimeout}
 * @param touchInterval uses are recorded at most once in this time, and a session expires by as much later; 0 to 1 h
 * @param freshFor how long a proof of identity counts as fresh; 0 to 365 d
 * @param rotationGrace how long the old token stays good after its successor was first presented; 0 to 1 h
 * @param onReuse what happens when an old token is presented after that
 * @param maxIdleTimeout the most that {@link NewSession} may ask for
 * @param maxAbsoluteTimeout the most that {@link NewSession} may ask for; up to 3650 d
 * @param maxSessionsPerUser the most living sessions a user holds, 1 to 1,000; {@value #UNLIMITED} for no limit
 * @param onLimit what happens when a user would hold more
 * @param endedRetention how long it is remembered why a session ended; 1 s to 30 d
 */
public record SessionPolicy(
        Duration idleTimeout,
        Duration absoluteTimeout,
        Duration touchInterval,
        Duration freshFor,
        Duration rotationGrace,
        OnReuse onReuse,
        Duration maxIdleTimeout,
        Duration maxAbsoluteTimeout,
        int maxSessionsPerUser,
        OnLimit onLimit,
        Duration endedRetention) {

    /** The value of {@code maxSessionsPerUser} that sets no limit. */
    public static final int UNLIMITED = 0;
    /** The largest limit of sessions per user. */
    public static final int MAX_SESSIONS_PER_USER = 1_000;
    /** The policy where nothing is configured. */
    public static final SessionPolicy DEFAULT = new Builder().build();

    /** What happens when a token is presented that was replaced longer than the grace ago. */
    public enum OnReuse {
        /** The session ends, with reason {@link EndReason#TOKEN_REUSE}: either holder may be the thief. */
        END,
        /** The old token is refused, the session goes on. */
        REFUSE
    }

    /** What happens when a user would hold more sessions than permitted. */
    public enum OnLimit {
        /** The session that was least recently used ends. */
        EVICT_LEAST_RECENTLY_USED,
        /** The session that was created first ends. */
        EVICT_OLDEST,
        /** The new session is refused. */
        REJECT
    }

    /** Whether there is a limit of sessions per user. */
    public boolean limited() {
        return maxSessionsPerUser != UNLIMITED;
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.idleTimeout = idleTimeout;
        builder.absoluteTimeout = absoluteTimeout;
        builder.touchInterval = touchInterval;
        builder.freshFor = freshFor;
        builder.rotationGrace = rotationGrace;
        builder.onReuse = onReuse;
        builder.maxIdleTimeout = maxIdleTimeout;
        builder.maxAbsoluteTimeout = maxAbsoluteTimeout;
        builder.maxSessionsPerUser = maxSessionsPerUser;
        builder.onLimit = onLimit;
        builder.endedRetention = endedRetention;
        return builder;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a policy from configuration: each component by its name, durations as {@link Durations} writes them,
     * choices in lower case with {@code _} ({@code evict_oldest}). What is absent has its default.
     *
     * @throws InvalidRequestException with every mistake
     */
    public static SessionPolicy fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        SessionPolicy policy = PolicyJson.read(fields);
        fields.finish();
        return policy;
    }

    /** Reads a policy as part of a larger configuration; mistakes are reported with that one's. */
    public static SessionPolicy read(JsonFields fields) {
        return PolicyJson.read(fields);
    }

    /** The form in configuration. */
    public JsonObject toJson() {
        return PolicyJson.write(this);
    }

    /** Collects the values of a policy. Confined to one thread. */
    public static final class Builder {
        private static final Duration SECOND = Duration.ofSeconds(1);
        private static final Duration HOUR = Duration.ofHours(1);
        private static final Duration LONGEST = Duration.ofDays(3650);

        private Duration idleTimeout = Duration.ofDays(7);
        private Duration absoluteTimeout = Duration.ofDays(30);
        private Duration touchInterval = Duration.ofSeconds(60);
        private Duration freshFor = Duration.ofDays(1);
        private Duration rotationGrace = Duration.ofSeconds(30);
        private OnReuse onReuse = OnReuse.END;
        private Duration maxIdleTimeout = Duration.ofDays(30);
        private Duration maxAbsoluteTimeout = Duration.ofDays(365);
        private int maxSessionsPerUser = UNLIMITED;
        private OnLimit onLimit = OnLimit.EVICT_LEAST_RECENTLY_USED;
        private Duration endedRetention = Duration.ofHours(24);

        Builder() {}

        /** See {@link SessionPolicy#idleTimeout()}. */
        public Builder idleTimeout(Duration value) {
            this.idleTimeout = value;
            return this;
        }

        /** See {@link SessionPolicy#absoluteTimeout()}. */
        public Builder absoluteTimeout(Duration value) {
            this.absoluteTimeout = value;
            return this;
        }

        /** See {@link SessionPolicy#touchInterval()}. */
        public Builder touchInterval(Duration value) {
            this.touchInterval = value;
            return this;
        }

        /** See {@link SessionPolicy#freshFor()}. */
        public Builder freshFor(Duration value) {
            this.freshFor = value;
            return this;
        }

        /** See {@link SessionPolicy#rotationGrace()}. */
        public Builder rotationGrace(Duration value) {
            this.rotationGrace = value;
            return this;
        }

        /** See {@link SessionPolicy#onReuse()}. */
        public Builder onReuse(OnReuse value) {
            this.onReuse = value;
            return this;
        }

        /** See {@link SessionPolicy#maxIdleTimeout()}. */
        public Builder maxIdleTimeout(Duration value) {
            this.maxIdleTimeout = value;
            return this;
        }

        /** See {@link SessionPolicy#maxAbsoluteTimeout()}. */
        public Builder maxAbsoluteTimeout(Duration value) {
            this.maxAbsoluteTimeout = value;
            return this;
        }

        /** See {@link SessionPolicy#maxSessionsPerUser()}. */
        public Builder maxSessionsPerUser(int value) {
            this.maxSessionsPerUser = value;
            return this;
        }

        /** See {@link SessionPolicy#onLimit()}. */
        public Builder onLimit(OnLimit value) {
            this.onLimit = value;
            return this;
        }

        /** See {@link SessionPolicy#endedRetention()}. */
        public Builder endedRetention(Duration value) {
            this.endedRetention = value;
            return this;
        }

        /**
         * The policy.
         *
         * @throws InvalidRequestException with every value that is out of range
         */
        public SessionPolicy build() {
            JsonFields fields = JsonFields.of(new JsonObject());
            report(fields);
            fields.finish();
            return unchecked();
        }

        SessionPolicy unchecked() {
            return new SessionPolicy(
                    idleTimeout,
                    absoluteTimeout,
                    touchInterval,
                    freshFor,
                    rotationGrace,
                    onReuse,
                    maxIdleTimeout,
                    maxAbsoluteTimeout,
                    maxSessionsPerUser,
                    onLimit,
                    endedRetention);
        }

        void report(JsonFields fields) {
            range(fields, "idleTimeout", idleTimeout, SECOND, maxIdleTimeout);
            range(fields, "absoluteTimeout", absoluteTimeout, SECOND, maxAbsoluteTimeout);
            range(fields, "touchInterval", touchInterval, Duration.ZERO, HOUR);
            range(fields, "freshFor", freshFor, Duration.ZERO, Duration.ofDays(365));
            range(fields, "rotationGrace", rotationGrace, Duration.ZERO, HOUR);
            range(fields, "maxIdleTimeout", maxIdleTimeout, SECOND, maxAbsoluteTimeout);
            range(fields, "maxAbsoluteTimeout", maxAbsoluteTimeout, SECOND, LONGEST);
            range(fields, "endedRetention", endedRetention, SECOND, Duration.ofDays(30));
            if (maxSessionsPerUser < 0 || maxSessionsPerUser > MAX_SESSIONS_PER_USER) {
                fields.error(
                        "maxSessionsPerUser", "must be from 1 to " + MAX_SESSIONS_PER_USER + ", or 0 for no limit");
            }
        }

        private static void range(
                JsonFields fields, String name, @Nullable Duration value, Duration min, @Nullable Duration max) {
            // A ceiling that is missing has its own mistake, and is none for others.
            Duration most = max == null ? LONGEST : max;
            if (value == null || value.compareTo(min) < 0 || value.compareTo(most) > 0) {
                fields.error(name, "must be from " + Durations.format(min) + " to " + Durations.format(most));
            }
        }
    }
}
