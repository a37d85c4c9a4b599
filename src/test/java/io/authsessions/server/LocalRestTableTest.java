package io.authsessions.server;

import java.util.Map;

final class LocalRestTableTest extends RestTableContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of();
    }
}
