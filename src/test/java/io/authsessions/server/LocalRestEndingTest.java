package io.authsessions.server;

import java.util.Map;

final class LocalRestEndingTest extends RestEndingContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of("AUTHSESSIONS_STORE_TYPE", "local");
    }
}
