package io.authsessions.server;

import java.util.Map;

final class LocalHostileBytesTest extends HostileBytesContract {
    @Override
    protected CountedServer open() throws Exception {
        return CountedServer.local(Map.of());
    }
}
