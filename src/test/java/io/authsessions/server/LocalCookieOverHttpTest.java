package io.authsessions.server;

import java.util.Map;

final class LocalCookieOverHttpTest extends CookieOverHttpContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of("AUTHSESSIONS_STORE_TYPE", "local");
    }
}
