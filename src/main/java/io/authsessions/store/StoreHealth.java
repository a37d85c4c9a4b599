package io.authsessions.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * What a store that depends on something else can say of it: an optional second interface of a {@link SessionStore}. A
 * store that does not implement it is taken to be ready. Thread-safe, as the store.
 */
public interface StoreHealth {
    /**
     * Whether the store can be read and changed now.
     *
     * @return fixed texts for operators about what works but should be otherwise, without names, addresses and secrets;
     *     empty if all is well. Fails with a {@link StoreException} where the store cannot be worked with, within the
     *     deadline that the store was given
     */
    Future<List<String>> check();
}
