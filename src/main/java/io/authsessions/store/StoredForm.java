package io.authsessions.store;

/** What the bytes under a session id turn out to be; see {@link RecordCodec#decode}. */
public sealed interface StoredForm {
    /**
     * A living session, or one that has expired and was not swept yet.
     *
     * @param record as it was written
     */
    record Living(SessionRecord record) implements StoredForm {}

    /**
     * What is left of a session after its end.
     *
     * @param marker as it was written
     */
    record Ended(EndedMarker marker) implements StoredForm {}

    /** A record or marker that a newer version of this software wrote. */
    record Newer() implements StoredForm {}

    /** Bytes that nobody here wrote, or that were damaged since. */
    record Corrupt() implements StoredForm {}
}
