package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionToken;
import io.vertx.core.Future;

/**
 * An {@link AuthSessionService} that takes tokens which have been read already, as the one in process does: whoever has
 * to look at a token first, as a web handler has, spares reading it twice. Thread-safe.
 */
public interface TokenResolver {
    /** As {@link AuthSessionService#resolveSessionWith}, for a token of good form. */
    Future<Resolution> resolve(SessionToken token, ResolveOptions options);
}
