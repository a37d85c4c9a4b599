package io.authsessions.service;

/** Why the copies of a bucket were dropped all at once. */
enum DropCause {
    /** A change was announced that does not follow the one before. */
    LOST_MESSAGE,
    /** The store has a mark that nobody announced in time. */
    UNKNOWN_MARK,
    /** The store has lost the mark. */
    MISSING_MARK,
    /** The store has a mark again that it had replaced: it has lost changes, and copies of before may be of none it has. */
    OLDER_MARK
}
