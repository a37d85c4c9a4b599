package io.authsessions.server;

import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.lifecycle.BeforeContainer;

@PropertyDefaults(tries = 1_000 / MadeBodiesContract.TOGETHER)
@Label("A made-up body, on the local store,")
class LocalMadeBodiesTest extends MadeBodiesContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of());
    }
}
