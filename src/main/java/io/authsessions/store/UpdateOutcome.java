package io.authsessions.store;

import io.authsessions.model.InvalidRequestException;

/** What became of an update. */
public sealed interface UpdateOutcome {
    /**
     * The session has changed.
     *
     * @param record the session as it stands
     */
    record Updated(SessionRecord record) implements UpdateOutcome {}

    /** There is no living session of that id. */
    record Absent() implements UpdateOutcome {}

    /**
     * The session has another version than the update asks for; nothing changed.
     *
     * @param version the version that it has
     */
    record Conflict(long version) implements UpdateOutcome {}

    /**
     * The merged meta would break a rule; nothing changed.
     *
     * @param mistake what is wrong
     */
    record Refused(InvalidRequestException mistake) implements UpdateOutcome {}
}
