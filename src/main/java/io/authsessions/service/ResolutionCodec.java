package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;

/**
 * Hands a resolution to a caller in the same Vert.x as it is: it is immutable, so that nothing need be copied, written
 * or read. To another node it goes as its JSON.
 */
final class ResolutionCodec implements MessageCodec<Resolution, Resolution> {
    /** The header with which a caller says that it takes a {@link Resolution} in the place of its JSON. */
    static final String REPLY_HEADER = "reply";

    static final String REPLY_VALUE = "value";

    private ResolutionCodec() {}

    /** Makes the codec known to a bus; a second call does nothing. */
    static void register(EventBus bus) {
        try {
            bus.registerDefaultCodec(Resolution.class, new ResolutionCodec());
        } catch (IllegalStateException e) {
            // Somebody else in this Vert.x was first, which is as good.
        }
    }

    @Override
    public void encodeToWire(Buffer buffer, Resolution resolution) {
        Buffer json = resolution.toJson().toBuffer();
        buffer.appendInt(json.length()).appendBuffer(json);
    }

    @Override
    public Resolution decodeFromWire(int position, Buffer buffer) {
        int start = position + Integer.BYTES;
        return Resolution.fromJson(new JsonObject(buffer.slice(start, start + buffer.getInt(position))));
    }

    @Override
    public Resolution transform(Resolution resolution) {
        return resolution;
    }

    @Override
    public String name() {
        return "authsessions.resolution";
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
