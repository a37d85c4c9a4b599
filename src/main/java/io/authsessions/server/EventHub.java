package io.authsessions.server;

import io.authsessions.model.SessionEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes the events of all changes from the bus of this Vert.x, counts them, writes each as text once, and hands it to all
 * who listen. Thread-safe.
 */
final class EventHub {
    private static final System.Logger LOG = System.getLogger(EventHub.class.getName());

    private final MessageConsumer<JsonObject> consumer;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final Map<SessionEvent.Type, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Begins to listen.
     *
     * @param address where the events are published
     */
    EventHub(Vertx vertx, String address) {
        for (SessionEvent.Type type : SessionEvent.Type.values()) {
            counts.put(type, new LongAdder());
        }
        this.consumer = vertx.eventBus().localConsumer(address);
        consumer.handler(this::receive);
    }

    /** How many events of each type there were since the start, by the name of the type. */
    Map<String, Long> counts() {
        Map<String, Long> numbers = new TreeMap<>();
        counts.forEach((type, count) -> numbers.put(type.wireName(), count.sum()));
        return numbers;
    }

    /** How many events of a type there were. */
    long count(SessionEvent.Type type) {
        LongAdder count = counts.get(type);
        return count == null ? 0 : count.sum();
    }

    /** How many listen. */
    int size() {
        return streams.size();
    }

    /** Hands all further events to a stream, until it is removed. False if nobody more can listen. */
    boolean add(EventStream stream) {
        if (closed || streams.size() >= EventStream.MAX_STREAMS) {
            return false;
        }
        streams.add(stream);
        return true;
    }

    void remove(EventStream stream) {
        streams.remove(stream);
    }

    /** Ends all streams and listens no more. */
    Future<Void> close() {
        closed = true;
        streams.forEach(EventStream::end);
        return consumer.unregister();
    }

    private void receive(Message<JsonObject> message) {
        SessionEvent event;
        try {
            event = SessionEvent.fromJson(message.body());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "an event could not be read and was left out");
            return;
        }
        LongAdder count = counts.get(event.type());
        if (count != null) {
            count.increment();
        }
        if (!streams.isEmpty()) {
            Buffer text = EventStream.write(event);
            streams.forEach(stream -> stream.send(text));
        }
    }
}
