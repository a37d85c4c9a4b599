/**
 * Server-side login sessions for Vert.x: {@link io.authsessions.AuthSessions} composes store, policy and service in
 * process, {@link io.authsessions.AuthSessionVerticle} puts them on the event bus. Depends on all packages but web and
 * server.
 */
@NullMarked
package io.authsessions;

import org.jspecify.annotations.NullMarked;
