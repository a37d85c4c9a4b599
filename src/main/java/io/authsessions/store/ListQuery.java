package io.authsessions.store;

import io.authsessions.model.PageRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list a store is to give.
 *
 * @param order which session comes first
 * @param limit at most so many records, 1 to {@value PageRequest#MAX_LIMIT}
 * @param after the position after which to go on, or null to begin
 */
public record ListQuery(
        PageRequest.Order order, int limit, @Nullable Position after) {
    /**
     * A place in a list: that of one session as its index held it.
     *
     * @param lastUsedAt of the session; 0 in the order of creation
     * @param sessionId of the session, which need no longer live
     */
    public record Position(long lastUsedAt, String sessionId) {}
}
