package io.authsessions;

import org.junit.jupiter.api.DisplayName;

@DisplayName("What the npm package authsessions does in memory is here under the same name:")
final class LocalParityTest extends ParityContract {
    @Override
    AuthSessionsOptions options() {
        return AuthSessionsOptions.defaults();
    }
}
