package io.authsessions.server;

import java.util.Map;

final class RedisHostileBytesTest extends HostileBytesContract {
    @Override
    protected CountedServer open() throws Exception {
        return CountedServer.redis("hostilebytes", Map.of());
    }
}
