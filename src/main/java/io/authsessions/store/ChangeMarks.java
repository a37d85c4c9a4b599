package io.authsessions.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How others can know that nothing has changed: an optional second interface of a {@link SessionStore} that several nodes
 * share, and what a near cache stands on.
 *
 * <p>Each bucket has a change mark. A step that changes or ends a session of the bucket (every one but a use, and a
 * creation that ends nobody) replaces the mark, within the same step, by a random text that was never there before, and
 * announces one {@link Announcement}. So who reads a mark knows that all changes before the read are those that led to this
 * mark. Announcements may be late, lost or out of any time; marks may not. Thread-safe, as the store.
 */
public interface ChangeMarks {
    /**
     * A change of one bucket as it was announced; nothing says that it is the latest, or that none is missing before it.
     *
     * @param bucket in which it happened
     * @param previous the mark that stood there before, or null where there was none
     * @param mark the mark that the change set; null for one that sets none: a creation that ended nobody
     * @param sessionIds that came to be, changed or ended by it
     */
    record Announcement(
            int bucket, @Nullable String previous, @Nullable String mark, List<String> sessionIds) {
        /** Copies the list. */
        public Announcement {
            sessionIds = List.copyOf(sessionIds);
        }
    }

    /**
     * What a read of a mark came to.
     *
     * @param bucket whose mark was read
     * @param mark that stood there, or null if there is none, or if another server answers than before: it may have lost
     *     changes that were read here, and what stands there proves nothing of what was read from the other
     */
    record Mark(int bucket, @Nullable String mark) {}

    /**
     * What was read of a session, and where in the order of changes that was.
     *
     * @param stored the session as {@link SessionStore#find} gives it
     * @param mark that stood in its bucket at that very moment on the server that answered; null if there was none, or
     *     if it could not be read in the same step
     */
    record MarkedSession(
            @Nullable StoredSession stored, @Nullable String mark) {}

    /**
     * Says where changes go, those that are made through this store too: those of one bucket in the order in which they
     * were made, on any thread. Called once, before {@link SessionStore#open}.
     */
    void changesTo(Consumer<Announcement> changes);

    /**
     * As {@link SessionStore#find}, with the mark of the bucket in the same step. Whoever answers may be a server that
     * decides no more; the mark tells of when its answer is.
     */
    Future<MarkedSession> findMarked(String sessionId);

    /**
     * Reads marks where a {@link SessionStore#find} of a session in the bucket would read, and then sees to it that who
     * answered takes changes too: otherwise it may no longer be the one that decides, and its answer proves nothing.
     *
     * @param buckets each once
     * @param patience for how long a server that hangs may hold up what others have answered; positive
     * @return what was proven. A bucket of which nothing was is left out; so this fails only where the store is closed
     */
    Future<List<Mark>> readMarks(List<Integer> buckets, Duration patience);

    /** Gives each of the buckets a fresh mark, unless it has one. Where that fails, the next read finds none again. */
    Future<Void> setMissingMarks(List<Integer> buckets);
}
