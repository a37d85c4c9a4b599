package io.authsessions.store;

/** What became of a create. */
public enum CreateOutcome {
    /** The session lives. */
    CREATED,
    /** There is or was a session of that id; nothing changed. */
    ID_TAKEN,
    /** The user holds as many as permitted, and the policy refuses more; nothing changed but that expired ones ended. */
    LIMIT_REACHED,
    /** The store holds as many sessions as it was given room for; nothing changed. */
    STORE_FULL
}
