package io.authsessions.store.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What operators are told about the connections: fixed texts, each at most once a minute. Thread-safe. */
final class LinkLog {
    private static final System.Logger LOG = System.getLogger(RedisLink.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<ErrorReply, Long> toldAt = new ConcurrentHashMap<>();
    private long outageToldAt = System.nanoTime() - PAUSE_NANOS;
    private boolean down;
    private boolean outageTold;

    /** A connection stands. */
    synchronized void reached() {
        down = false;
        if (outageTold) {
            outageTold = false;
            LOG.log(System.Logger.Level.INFO, "Redis can be reached again");
        }
    }

    /** An attempt to connect failed, or a connection was lost. */
    synchronized void notReached(Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        @Nullable ErrorReply reply = known == null ? null : known.reply();
        if (reply != null) {
            refused(reply);
        }
        long now = System.nanoTime();
        if (!down && now - outageToldAt >= PAUSE_NANOS) {
            outageToldAt = now;
            outageTold = true;
            LOG.log(System.Logger.Level.WARNING, "Redis cannot be reached; calls fail until it can");
        }
        down = true;
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
