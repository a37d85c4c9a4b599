package io.authsessions.service.protocol;

/** A rule of the protocol that is left out, to see that the explorer would notice. */
enum Fault {
    /** The copy is looked up before the lease is read. */
    COPY_BEFORE_LEASE,
    /** What was read is kept although a message named it meanwhile. */
    LOAD_KEPT_ALTHOUGH_NAMED,
    /** What was read is kept although the bucket was dropped meanwhile. */
    LOAD_KEPT_OVER_EPOCHS,
    /** What was read is kept although there was no lease when it was sent. */
    LOAD_KEPT_WITHOUT_LEASE,
    /** What was read is kept whatever mark was read with it. */
    LOAD_KEPT_BY_NO_MARK,
    /** What was read is kept by any mark that is applied, also by one that was behind when the read began. */
    LOAD_KEPT_BY_ANY_MARK,
    /** A lease counts from the answer to the read of the mark, not from its sending. */
    LEASE_FROM_REPLY,
    /** A mark that was read before its message came gives a lease from the message on, not from the sending. */
    LEASE_FROM_MESSAGE,
    /** Whoever answers is believed to be the primary, without a write. */
    MARK_READ_ANYWHERE,
    /** A message that does not follow the last is taken as if it did. */
    CHAIN_UNCHECKED,
    /** An unknown mark is adopted in the end, and what is held stays. */
    ADOPTED_WITHOUT_EPOCH,
    /** A mark that is missing is set, and what is held stays. */
    MISSING_WITHOUT_EPOCH,
    /** Marks are numbers, and count from zero where the mark was lost. */
    MARKS_COUNT,
    /** A change that is tried again sets the mark of the first attempt again. */
    SAME_MARK_TWICE,
    /** A copy that does not match the token answers that it is wrong. */
    NEGATIVE_FROM_COPY,
    /** Whoever misses takes the answer of a read that is under way. */
    JOIN_SENT_READ,
    /** A creation that ends a session sets no mark and publishes nothing. */
    SILENT_EVICTION
}
