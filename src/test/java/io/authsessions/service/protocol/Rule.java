package io.authsessions.service.protocol;

/** What a step may come to; an exploration that never comes to one of these says nothing of it. */
enum Rule {
    MESSAGE_FOLLOWS,
    MESSAGE_KNOWN,
    MESSAGE_AFTER_LOSS,
    MESSAGE_PROVES_READ,
    MARK_APPLIED,
    MARK_OLDER,
    MARK_ADOPTED_AT_ONCE,
    MARK_ADOPTED_IN_THE_END,
    MARK_WAITED_FOR,
    MARK_MISSING,
    LOAD_KEPT,
    LOAD_NAMED,
    LOAD_OF_OLD_EPOCH,
    LOAD_WITHOUT_LEASE,
    LOAD_OF_UNKNOWN_MARK,
    LOAD_OF_OLD_MARK,
    HIT,
    MISS
}
