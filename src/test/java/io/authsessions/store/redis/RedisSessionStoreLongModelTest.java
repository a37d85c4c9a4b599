package io.authsessions.store.redis;

import net.jqwik.api.Tag;

/** As many sequences as on the local store. */
@Tag("slow")
class RedisSessionStoreLongModelTest extends RedisSessionStoreModelTest {
    @Override
    protected int sequences() {
        return Integer.getInteger("store.model.sequences", Integer.MAX_VALUE);
    }
}
