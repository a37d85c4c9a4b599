package io.authsessions.store.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What operators are told about the connections: fixed texts, each at most once a minute. Thread-safe. */
final class LinkLog {
    private static final System.Logger LOG = System.getLogger(RedisLink.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicBoolean down = new AtomicBoolean();
    private final Map<ErrorReply, Long> toldAt = new ConcurrentHashMap<>();

    /** A connection stands. */
    void reached() {
        if (down.compareAndSet(true, false)) {
            LOG.log(System.Logger.Level.INFO, "Redis can be reached again");
        }
    }

    /** An attempt to connect failed. */
    void notReached(Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        @Nullable ErrorReply reply = known == null ? null : known.reply();
        if (reply != null) {
            refused(reply);
        }
        if (down.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, "Redis cannot be reached; calls fail until it can");
        }
    }

    /** Redis answered with an error. */
    void refused(ErrorReply reply) {
        if (!reply.needsOperator()) {
            return;
        }
        long now = System.nanoTime();
        Long told = toldAt.get(reply);
        if (told == null || now - told >= PAUSE_NANOS) {
            toldAt.put(reply, now);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "Redis refuses commands with the error " + reply + "; its configuration or ours must be mended");
        }
    }
}
