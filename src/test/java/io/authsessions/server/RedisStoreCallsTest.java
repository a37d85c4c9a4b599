package io.authsessions.server;

import java.util.Map;

final class RedisStoreCallsTest extends StoreCallsContract {
    @Override
    protected CountedServer open() throws Exception {
        return CountedServer.redis("storecalls", Map.of());
    }
}
