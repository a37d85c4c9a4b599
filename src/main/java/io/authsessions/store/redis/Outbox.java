package io.authsessions.store.redis;

import io.netty.channel.EventLoop;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is about to send. The lookups of one turn of the event loop go out together, in one write: that
 * costs this process and Redis a system call each, which is more than the work of a lookup. All else is sent at once,
 * behind what was there before it. Confined to its event loop.
 */
final class Outbox {
    /** Takes what became of a command: its answer, which may be null, or a failure. */
    interface Answers {
        void take(PendingCommand command, @Nullable Response response, @Nullable Throwable failure);
    }

    /** The driver tells of no answer before it has all: with more, a slow Redis would seem to be silent. */
    private static final int MOST_TOGETHER = 128;

    private final EventLoop loop;
    private final Wire wire;
    private final Answers answers;
    private List<PendingCommand> lookups = new ArrayList<>();
    private boolean due;

    Outbox(EventLoop loop, Wire wire, Answers answers) {
        this.loop = loop;
        this.wire = wire;
        this.answers = answers;
    }

    void send(PendingCommand command) {
        if (!command.isLookup()) {
            flush();
            sendAlone(command);
            return;
        }
        lookups.add(command);
        if (lookups.size() == MOST_TOGETHER) {
            flush();
        }
        if (!due) {
            due = true;
            // Runs when the loop has read what has arrived for it.
            loop.execute(this::endTurn);
        }
    }

    /** Forgets what has not been sent. */
    void clear() {
        lookups.clear();
    }

    private void endTurn() {
        due = false;
        flush();
    }

    private void flush() {
        if (lookups.size() > 1) {
            List<PendingCommand> together = lookups;
            lookups = new ArrayList<>(together.size());
            sendTogether(together);
        } else if (!lookups.isEmpty()) {
            sendAlone(lookups.remove(0));
        }
    }

    private void sendAlone(PendingCommand command) {
        wire.connection()
                .send(command.request())
                .onComplete((response, failure) -> answers.take(command, response, failure));
    }

    private void sendTogether(List<PendingCommand> together) {
        List<Request> requests = new ArrayList<>(together.size());
        together.forEach(command -> requests.add(command.request()));
        wire.connection().batch(requests).onComplete((responses, failure) -> {
            if (failure != null) {
                // The driver tells of all that one of them has failed: alone, each has its own answer.
                together.forEach(this::sendAlone);
                return;
            }
            for (int i = 0; i < together.size(); i++) {
                answers.take(together.get(i), responses.get(i), null);
            }
        });
    }
}
