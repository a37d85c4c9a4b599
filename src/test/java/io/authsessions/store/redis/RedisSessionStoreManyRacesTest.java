package io.authsessions.store.redis;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Far more races than among the fast tests. */
@Tag("slow")
@DisplayName("In the Redis store, often,")
class RedisSessionStoreManyRacesTest extends RedisSessionStoreRacesTest {
    @Override
    protected int races() {
        return Integer.getInteger("store.races", 10_000);
    }
}
