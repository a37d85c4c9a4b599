/**
 * Sessions in a vertx-web router: the authentication handler, what it puts on the routing context, and the answers it
 * refuses with. Depends on the service's interface and the model, never on a store, so that it works as well against a
 * service on another node. The server depends on this package. An application that uses it has
 * {@code io.vertx:vertx-web} on its class path; without it, what makes handlers throws an {@code IllegalStateException} that
 * names it.
 */
@NullMarked
package io.authsessions.web;

import org.jspecify.annotations.NullMarked;
