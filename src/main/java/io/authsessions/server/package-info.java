/**
 * The small server: its program, configuration, routes and admin keys. May use everything; nothing depends on it.
 */
@NullMarked
package io.authsessions.server;

import org.jspecify.annotations.NullMarked;
