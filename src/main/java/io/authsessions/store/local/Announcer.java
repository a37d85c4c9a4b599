package io.authsessions.store.local;

import io.authsessions.model.SessionEvent;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Hands the events of one store's changes to whoever opened it. Thread-safe. */
final class Announcer {
    private static final System.Logger LOG = System.getLogger(Announcer.class.getName());

    private final String prefix = Long.toUnsignedString(new SecureRandom().nextLong(), Character.MAX_RADIX) + "-";
    private final AtomicLong announced = new AtomicLong();
    private volatile Consumer<SessionEvent> consumer = event -> {};

    void announceTo(Consumer<SessionEvent> events) {
        this.consumer = events;
    }

    String nextEventId() {
        return prefix + Long.toString(announced.incrementAndGet(), Character.MAX_RADIX);
    }

    /** The change has happened: whatever a consumer does with the news, the caller is told that it has. */
    void announce(List<SessionEvent> events) {
        for (SessionEvent event : events) {
            try {
                consumer.accept(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a consumer of session events failed", e);
            }
        }
    }
}
