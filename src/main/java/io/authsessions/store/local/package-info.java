/**
 * The store in memory: for one process, for tests, and as the model of what the other stores do. Depends on the
 * contract in {@link io.authsessions.store} only; nothing depends on it but the composition root, by its provider.
 */
@NullMarked
package io.authsessions.store.local;

import org.jspecify.annotations.NullMarked;
