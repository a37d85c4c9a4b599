package io.authsessions.service;

import io.authsessions.model.FailureCode;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.JsonFields;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the generated handler and lets only well-formed calls through. The handler by itself takes 4294967297
 * as 1, 5.9 as 5 and strings of any size, and answers a wrong type with class names. One table says what each action
 * takes; all that fails it is INVALID.
 *
 * <p>A plain handler rather than a {@code ServiceInterceptor}: the binder passes on only number and text of an
 * interceptor's failure, and leaves the caller waiting when one throws.
 */
final class BusGuard implements Handler<Message<JsonObject>> {
    /** Longer than any token, id or reason; longer ones are refused before anybody looks at them. */
    static final int MAX_TEXT = 8_192;

    /** What each method takes, by its name. */
    static final Map<String, Consumer<JsonFields>> ACTIONS = Map.ofEntries(
            Map.entry("createSession", fields -> object(fields, "request", NewSession::fromJson)),
            Map.entry("resolveSession", BusGuard::optionalToken),
            Map.entry("resolveSessionWith", fields -> {
                optionalToken(fields);
                object(fields, "options", ResolveOptions::fromJson);
            }),
            Map.entry("getUserIdFromSession", BusGuard::optionalToken),
            Map.entry("getSessionMeta", BusGuard::optionalToken),
            Map.entry("getSession", fields -> text(fields, "sessionId")),
            Map.entry("getSessionsForUser", fields -> {
                text(fields, "userId");
                object(fields, "page", PageRequest::fromJson);
            }),
            Map.entry("listSessions", fields -> object(fields, "page", PageRequest::fromJson)),
            Map.entry("countSessions", fields -> {}),
            Map.entry("updateSession", fields -> {
                text(fields, "sessionId");
                object(fields, "update", SessionUpdate::fromJson);
            }),
            Map.entry("rotateSession", fields -> text(fields, "token")),
            Map.entry("reauthenticateSession", fields -> text(fields, "token")),
            Map.entry("destroySession", fields -> {
                text(fields, "sessionId");
                text(fields, "reason");
            }),
            Map.entry("destroySessionByToken", fields -> {
                optionalToken(fields);
                text(fields, "reason");
            }),
            Map.entry("destroySessionsForUser", fields -> {
                text(fields, "userId");
                checkSize(fields.string("exceptSessionId"));
                text(fields, "reason");
            }));

    private final Handler<Message<JsonObject>> next;

    BusGuard(Handler<Message<JsonObject>> next) {
        this.next = next;
    }

    @Override
    public void handle(Message<JsonObject> message) {
        ServiceException mistake = judge(message);
        if (mistake == null) {
            next.handle(message);
        } else {
            message.reply(mistake);
        }
    }

    /** What is wrong with a message, or null. */
    private static @Nullable ServiceException judge(Message<?> message) {
        try {
            String action = message.headers().get("action");
            Consumer<JsonFields> form = form(action);
            if (form == null) {
                return Failures.invalid(new InvalidRequestException("action", "is not an action of this service"));
            }
            if (!(message.body() instanceof JsonObject body)) {
                return Failures.invalid(new InvalidRequestException("body", "must be a JSON object"));
            }
            if (isPlainResolve(action, body)) {
                return null;
            }
            JsonFields fields = JsonFields.of(body);
            form.accept(fields);
            fields.refuseOthers().finish();
            return null;
        } catch (TooLargeException e) {
            return Failures.of(FailureCode.INVALID, Failures.PAYLOAD_TOO_LARGE, "the request is too large");
        } catch (InvalidRequestException e) {
            return Failures.invalid(e);
        } catch (RuntimeException | StackOverflowError e) {
            return Failures.invalid(new InvalidRequestException("body", "cannot be read"));
        }
    }

    /** The one call that is made for each request of a web application, seen to be good without further work. */
    private static boolean isPlainResolve(@Nullable String action, JsonObject body) {
        return "resolveSession".equals(action)
                && body.size() == 1
                && body.getValue("token") instanceof String token
                && token.length() <= MAX_TEXT;
    }

    private static @Nullable Consumer<JsonFields> form(@Nullable String action) {
        return action == null ? null : ACTIONS.get(action);
    }

    private static void optionalToken(JsonFields fields) {
        checkSize(fields.string("token"));
    }

    private static void text(JsonFields fields, String name) {
        checkSize(fields.requiredString(name));
    }

    private static void checkSize(@Nullable String text) {
        if (text != null && text.length() > MAX_TEXT) {
            throw new TooLargeException();
        }
    }

    private static void object(JsonFields fields, String name, Consumer<JsonObject> decoder) {
        JsonObject object = fields.requiredObject(name);
        if (object != null) {
            decoder.accept(object);
        }
    }

    /** A text that is larger than any good one. */
    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super(null, null, false, false);
        }
    }
}
