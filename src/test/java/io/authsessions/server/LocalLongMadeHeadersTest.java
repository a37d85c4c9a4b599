package io.authsessions.server;

import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.BeforeContainer;

/** As many headers as on Redis. */
@Tag("slow")
@PropertyDefaults(tries = 10_000)
@Label("A made-up header, one of ten thousand, on the local store,")
class LocalLongMadeHeadersTest extends MadeHeadersContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of());
    }
}
