package io.authsessions.store.redis;

import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.store.ChangeMarks.Announcement;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes and events of what comes in on the feed: those of all nodes, this one's too. Who hears of an event can
 * rely on it that its change was told before. What nobody here can read is counted, and a
 * gap is announced in its place. Thread-safe.
 */
final class EventFeed {
    private static final System.Logger LOG = System.getLogger(EventFeed.class.getName());
    private static final int GAP_ID_BYTES = 8;

    private final String channel;
    private final LongSupplier nowMillis;
    private final SecureRandom random = new SecureRandom();
    private final LongAdder malformed = new LongAdder();
    private volatile Consumer<SessionEvent> consumer = event -> {};
    private volatile Consumer<Announcement> changes = change -> {};

    EventFeed(String channel, LongSupplier nowMillis) {
        this.channel = channel;
        this.nowMillis = nowMillis;
    }

    void changesTo(Consumer<Announcement> takesChanges) {
        changes = takesChanges;
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
            JsonObject json = new JsonObject(message.payload());
            Announcement change = change(json);
            if (change != null) {
                changes.accept(change);
            }
            events(json).forEach(this::announce);
        } catch (DecodeException | ClassCastException | InvalidRequestException e) {
            malformed.increment();
            gap();
        }
    }

    /** Lets consumers know that events may have been missed. */
    void gap() {
        byte[] id = new byte[GAP_ID_BYTES];
        random.nextBytes(id);
        String eventId = HexFormat.of().formatHex(id) + "-gap";
        announce(new SessionEvent(eventId, SessionEvent.Type.GAP, null, null, nowMillis.getAsLong(), null));
    }

    /** Null for a message that names no bucket. An empty text stands for no mark, as the scripts have it. */
    private static @Nullable Announcement change(JsonObject json) {
        String name = json.getString("bucket");
        if (name == null) {
            return null;
        }
        if (!SessionIds.isBucketName(name)) {
            throw new DecodeException("there is no such bucket");
        }
        JsonArray named = json.getJsonArray("ids", new JsonArray());
        List<String> ids = new ArrayList<>(named.size());
        for (int i = 0; i < named.size(); i++) {
            ids.add(String.valueOf(named.getString(i)));
        }
        String previous = json.getString("previous");
        String mark = json.getString("mark");
        return new Announcement(SessionIds.bucketOf(name), "".equals(previous) ? null : previous, mark, ids);
    }

    /** All of a message or nothing: half of one would be a gap that nobody announces. */
    private static List<SessionEvent> events(JsonObject json) {
        JsonArray events = json.getJsonArray("events");
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
