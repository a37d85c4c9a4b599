package io.authsessions.store;

import io.authsessions.model.SessionEvent;
import org.jspecify.annotations.Nullable;

/** A store's answers as the texts that {@link ModelStore} gives. */
final class StoreAnswers {
    private StoreAnswers() {}

    static String of(@Nullable StoredSession stored) {
        if (stored instanceof EndedMarker marker) {
            return "ended " + marker.reason() + " " + marker.atMillis();
        }
        return stored instanceof SessionRecord record ? live(record) : "nothing";
    }

    static String of(UseOutcome outcome) {
        return outcome instanceof UseOutcome.Live live ? live(live.record()) : gone((UseOutcome.Gone) outcome);
    }

    static String of(RotateOutcome outcome) {
        if (outcome instanceof RotateOutcome.Rotated rotated) {
            return "rotated " + rotated.nonce().hashCode() + " " + live(rotated.record());
        }
        return outcome instanceof RotateOutcome.Unchanged unchanged
                ? "unchanged " + live(unchanged.record())
                : gone((UseOutcome.Gone) outcome);
    }

    static String of(UpdateOutcome outcome) {
        if (outcome instanceof UpdateOutcome.Updated updated) {
            return live(updated.record());
        }
        return outcome instanceof UpdateOutcome.Conflict conflict ? "conflict " + conflict.version() : "absent";
    }

    static String of(SessionEvent event) {
        String name = event.type().wireName();
        return event.type() == SessionEvent.Type.DESTROYED
                ? name + " " + event.reason() + " " + event.sessionId()
                : name + " " + event.sessionId();
    }

    private static String gone(UseOutcome.Gone gone) {
        EndedMarker marker = gone.marker();
        return marker == null ? "gone" : "gone " + marker.reason() + " " + marker.atMillis();
    }

    private static String live(SessionRecord record) {
        var session = record.session();
        return String.join(
                " ",
                session.id(),
                String.valueOf(session.label()),
                "v" + session.version(),
                "used" + session.lastUsedAtMillis(),
                "auth" + session.authenticatedAtMillis(),
                "until" + session.expiresAtMillis(),
                "presented" + !record.awaitsPresentation(),
                "token" + record.secretHash().hashCode());
    }
}
