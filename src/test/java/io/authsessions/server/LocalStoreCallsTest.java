package io.authsessions.server;

import java.util.Map;

final class LocalStoreCallsTest extends StoreCallsContract {
    @Override
    protected CountedServer open() throws Exception {
        return CountedServer.local(Map.of());
    }
}
