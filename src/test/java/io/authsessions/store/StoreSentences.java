package io.authsessions.store;

/** Sentences about a store: a part of {@link SessionStoreContract}. */
interface StoreSentences {
    /** The store that the sentences are about; empty at the beginning of each. */
    StoreUnderTest it();
}
