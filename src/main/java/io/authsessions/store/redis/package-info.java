/**
 * The store in Redis, shared by many nodes. Depends on the contract in {@link io.authsessions.store} only; nothing
 * depends on it but the composition root, by its provider. The only user of the Redis client.
 */
@NullMarked
package io.authsessions.store.redis;

import org.jspecify.annotations.NullMarked;
