package io.authsessions.store;

import io.authsessions.model.EndReason;
import io.authsessions.model.SecretHash;

/**
 * What is left of a session for {@code endedRetention}: enough to tell the holder of its token why it ended, and one
 * more reason why nothing comes back.
 *
 * @param reason one of {@link EndReason}, or the application's own
 * @param atMillis when it ended, by the store's clock
 * @param secretHash of the token that was good at the end
 */
public record EndedMarker(String reason, long atMillis, SecretHash secretHash) implements StoredSession {}
