/**
 * What a session store is: the contract {@link io.authsessions.store.SessionStore}, the values that pass through it and
 * the rules of a record that all stores share. Depends on the model only. The service and the stores depend on it; the
 * web never does.
 */
@NullMarked
package io.authsessions.store;

import org.jspecify.annotations.NullMarked;
