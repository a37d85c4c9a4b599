package io.authsessions.server;

import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.lifecycle.BeforeContainer;

@PropertyDefaults(tries = 1_000)
@Label("A made-up header, on the local store,")
class LocalMadeHeadersTest extends MadeHeadersContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of());
    }
}
