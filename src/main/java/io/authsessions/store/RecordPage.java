package io.authsessions.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items living sessions, in order; fewer than asked for, or none, does not mean the end
 * @param next where to go on, or null at the end
 */
public record RecordPage(List<SessionRecord> items, ListQuery.@Nullable Position next) {
    /** The end of a list. */
    public static final RecordPage EMPTY = new RecordPage(List.of(), null);

    /** Copies the list. */
    public RecordPage {
        items = List.copyOf(items);
    }
}
