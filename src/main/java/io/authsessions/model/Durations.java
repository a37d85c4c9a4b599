package io.authsessions.model;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them in configuration: {@code 500ms}, {@code 60s}, {@code 30m}, {@code 12h}, {@code 7d}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Durations() {}

    /** The duration, or null if the text is not of the form, or longer than milliseconds can count. */
    public static @Nullable Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / unit ? null : Duration.ofMillis(number * unit);
    }

    /** The duration in a field of configuration, or {@code otherwise} where it is absent; mistakes are reported there. */
    public static Duration read(JsonFields fields, String name, Duration min, Duration max, Duration otherwise) {
        String text = fields.string(name);
        if (text == null) {
            return otherwise;
        }
        Duration duration = parse(text);
        if (duration != null && duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
            return duration;
        }
        fields.error(name, "must be a duration such as 500ms or 2s, from " + format(min) + " to " + format(max));
        return otherwise;
    }

    /** The duration in the largest unit that writes it as a whole number. */
    public static String format(Duration duration) {
        long millis = toMillis(duration);
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            long size = MILLIS.getOrDefault(unit, 1L);
            if (millis >= size && millis % size == 0) {
                return millis / size + unit;
            }
        }
        return millis + "ms";
    }

    /** The duration in milliseconds; what is longer than those can count is as long as they can. */
    static long toMillis(Duration duration) {
        try {
            return duration.toMillis();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
