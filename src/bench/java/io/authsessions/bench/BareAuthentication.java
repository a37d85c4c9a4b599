package io.authsessions.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.SimpleAuthenticationHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The least that tells who sends a request without keeping the token: one SHA-256 and one look-up in a map. */
final class BareAuthentication implements AuthenticationHandler {
    private static final String SCHEME = "Bearer ";

    private final ConcurrentHashMap<ByteBuffer, String> users = new ConcurrentHashMap<>();
    private final MessageDigest digest;

    BareAuthentication(String token, String userId) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        users.put(hash(token), userId);
    }

    /** As applications write one: by the handler that vertx-web has for it. */
    AuthenticationHandler ofVertxWeb() {
        return SimpleAuthenticationHandler.create().authenticate(ctx -> {
            User user = userOf(ctx);
            return user == null ? Future.failedFuture(new HttpException(401)) : Future.succeededFuture(user);
        });
    }

    @Override
    public void handle(RoutingContext ctx) {
        User user = userOf(ctx);
        if (user == null) {
            ctx.fail(401);
            return;
        }
        ((UserContextInternal) ctx.userContext()).setUser(user);
        ctx.next();
    }

    private @Nullable User userOf(RoutingContext ctx) {
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        String userId = header == null || !header.startsWith(SCHEME)
                ? null
                : users.get(hash(header.substring(SCHEME.length())));
        return userId == null ? null : User.create(new JsonObject().put("sub", userId));
    }

    private ByteBuffer hash(String token) {
        return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
