package io.authsessions.server;

import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.lifecycle.BeforeContainer;

@Label("A made-up body, on the local store,")
class LocalMadeBodiesTest extends MadeBodiesContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of());
    }
}
