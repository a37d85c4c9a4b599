package io.authsessions.server;

import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.BeforeContainer;

/** As many bodies as on Redis. */
@Tag("slow")
@PropertyDefaults(tries = 10_000 / MadeBodiesContract.TOGETHER)
@Label("A made-up body, one of ten thousand, on the local store,")
class LocalLongMadeBodiesTest extends MadeBodiesContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of());
    }
}
