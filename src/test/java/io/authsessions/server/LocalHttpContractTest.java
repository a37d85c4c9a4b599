package io.authsessions.server;

import java.util.Map;

final class LocalHttpContractTest extends HttpContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of("AUTHSESSIONS_STORE_TYPE", "local");
    }
}
