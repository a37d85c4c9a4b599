package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code resolveSession} with the value itself where the caller takes it, as {@link BusSessionService} does
 * within one Vert.x: the one call that is made for each request of a web application. All else goes on.
 */
final class NearbyResolve implements Handler<Message<JsonObject>> {
    static final String ACTION = "resolveSession";

    private final AuthSessionService service;
    private final Handler<Message<JsonObject>> next;

    NearbyResolve(AuthSessionService service, Handler<Message<JsonObject>> next) {
        this.service = service;
        this.next = next;
    }

    /** The message has passed the guard. */
    @Override
    public void handle(Message<JsonObject> message) {
        boolean takesValue =
                ResolutionCodec.REPLY_VALUE.equals(message.headers().get(ResolutionCodec.REPLY_HEADER))
                        && ACTION.equals(message.headers().get("action"));
        if (takesValue) {
            resolve(message.body().getString("token"))
                    .onComplete((resolution, failure) ->
                            message.reply(failure == null ? resolution : Failures.from(failure)));
        } else {
            next.handle(message);
        }
    }

    /** A service of another make may throw, or return nothing; the caller is to hear of that as well. */
    private Future<Resolution> resolve(@Nullable String token) {
        try {
            return Objects.requireNonNull(service.resolveSession(token), "answer");
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }
}
