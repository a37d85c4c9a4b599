package io.authsessions.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured.
 *
 * @param path the key in a configuration file, with dots between objects and their members
 * @param fallback the value where none is configured, or null for none
 * @param meaning what it does, a sentence for operators
 */
record ConfigKey(String path, ConfigType type, @Nullable Object fallback, String meaning) {
    /** What the variables of the environment begin with. */
    static final String PREFIX = "AUTHSESSIONS_";

    /** The variable that sets it: {@code policy.touchInterval} is {@code AUTHSESSIONS_POLICY_TOUCH_INTERVAL}. */
    String variable() {
        return PREFIX
                + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }
}
