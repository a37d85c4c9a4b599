package io.authsessions.store;

/** What became of a rotation: this, or {@link UseOutcome.Gone}. */
public sealed interface RotateOutcome permits RotateOutcome.Rotated, RotateOutcome.Unchanged, UseOutcome.Gone {
    /**
     * The old token has a successor.
     *
     * @param record the session as it stands
     * @param nonce from which the successor derives; not the caller's own where another call was first
     */
    record Rotated(SessionRecord record, Nonce nonce) implements RotateOutcome {}

    /**
     * The presented token is itself a successor younger than the grace: it stays.
     *
     * @param record the session as it stands
     */
    record Unchanged(SessionRecord record) implements RotateOutcome {}
}
