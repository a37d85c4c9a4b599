package io.authsessions.store;

import io.authsessions.model.SecretHash;
import org.jspecify.annotations.Nullable;

/** A session in the plain model: fields that change, and nothing clever. */
final class ModelSession {
    final String id;
    final String userId;
    final int serial;
    final long absoluteDeadline;
    long lastUsedAt;
    long idleDeadline;
    long authenticatedAt;
    long version = 1;
    String label;
    SecretHash current;

    @Nullable
    SecretHash previous;

    @Nullable
    Nonce nonce;

    long rotatedAt;
    long presentedAt = -1;

    @Nullable
    String endReason;

    long endedAt;

    ModelSession(SessionRecord record, int serial) {
        this.id = record.id();
        this.userId = record.session().userId();
        this.serial = serial;
        this.absoluteDeadline = record.absoluteDeadlineMillis();
        this.lastUsedAt = record.session().lastUsedAtMillis();
        this.idleDeadline = record.idleDeadlineMillis();
        this.authenticatedAt = record.session().authenticatedAtMillis();
        this.label = record.session().label();
        this.current = record.secretHash();
    }

    long deadline() {
        return Math.min(idleDeadline, absoluteDeadline);
    }

    boolean lives(long now) {
        return endReason == null && now < deadline();
    }

    void end(String reason, long at) {
        endReason = reason;
        endedAt = at;
    }
}
