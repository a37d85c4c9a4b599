package io.authsessions.store;

import org.jspecify.annotations.Nullable;

/** What a presented token came to. */
public sealed interface UseOutcome {
    /**
     * The token is good.
     *
     * @param record the session as it stands after the step
     */
    record Live(SessionRecord record) implements UseOutcome {}

    /**
     * The token is not good.
     *
     * @param marker how the session ended, if the token is the right one of a session that ended or expired; else null
     */
    record Gone(@Nullable EndedMarker marker) implements UseOutcome, RotateOutcome {}
}
