package io.authsessions.store.local;

import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One atomic change under way: the time by which it judges, its rules, and what there will be to announce. */
final class Step {
    private final long now;
    private final SessionPolicy policy;
    private final int keepMarkers;
    private final Supplier<String> eventIds;
    private final List<SessionEvent> events = new ArrayList<>(2);

    Step(long now, SessionPolicy policy, int keepMarkers, Supplier<String> eventIds) {
        this.now = now;
        this.policy = policy;
        this.keepMarkers = keepMarkers;
        this.eventIds = eventIds;
    }

    long now() {
        return now;
    }

    SessionPolicy policy() {
        return policy;
    }

    int keepMarkers() {
        return keepMarkers;
    }

    /** What to announce once no lock is held. */
    List<SessionEvent> events() {
        return events;
    }

    void announce(SessionEvent.Type type, SessionRecord record, @Nullable String reason) {
        events.add(new SessionEvent(
                eventIds.get(), type, record.id(), record.session().userId(), now, reason));
    }
}
