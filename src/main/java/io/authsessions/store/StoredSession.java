package io.authsessions.store;

/** What a store holds under a session id: a record, or after the end its marker. */
public sealed interface StoredSession permits SessionRecord, EndedMarker {}
