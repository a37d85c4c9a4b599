package io.authsessions.store.redis;

import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Makes events of what comes in on the feed: the changes of all nodes, this one's too. What nobody here can read is
 * dropped and counted. Thread-safe.
 */
final class EventFeed {
    private static final System.Logger LOG = System.getLogger(EventFeed.class.getName());
    private static final int GAP_ID_BYTES = 8;

    private final String channel;
    private final SecureRandom random = new SecureRandom();
    private final LongAdder malformed = new LongAdder();
    private volatile Consumer<SessionEvent> consumer = event -> {};

    EventFeed(String channel) {
        this.channel = channel;
    }

    void announceTo(Consumer<SessionEvent> events) {
        consumer = events;
    }

    /** How many messages could not be read. */
    long malformed() {
        return malformed.sum();
    }

    void take(FeedMessage message) {
        if (!message.channel().equals(channel)) {
            return;
        }
        try {
            read(message.payload()).forEach(this::announce);
        } catch (DecodeException | ClassCastException | InvalidRequestException e) {
            malformed.increment();
        }
    }

    void gap(long atMillis) {
        byte[] id = new byte[GAP_ID_BYTES];
        random.nextBytes(id);
        String eventId = HexFormat.of().formatHex(id) + "-gap";
        announce(new SessionEvent(eventId, SessionEvent.Type.GAP, null, null, atMillis, null));
    }

    /** All of a message or nothing: half of one would be a gap that nobody announces. */
    private static List<SessionEvent> read(Buffer payload) {
        JsonArray events = new JsonObject(payload).getJsonArray("events");
        List<SessionEvent> read = new ArrayList<>();
        for (int i = 0; events != null && i < events.size(); i++) {
            JsonObject event = events.getJsonObject(i);
            if (event == null) {
                throw new DecodeException("an event is missing");
            }
            read.add(SessionEvent.fromJson(event));
        }
        return read;
    }

    /** Whatever a consumer does with the news, the others come through. */
    private void announce(SessionEvent event) {
        try {
            consumer.accept(event);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a consumer of session events failed", e);
        }
    }
}
