package io.authsessions.server;

import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;

/** As many as on Redis. */
@Tag("slow")
@PropertyDefaults(tries = 10_000 / MadeBodiesContract.TOGETHER)
@Label("A made-up body, one of ten thousand, on the local store,")
class LocalLongMadeBodiesTest extends LocalMadeBodiesTest {}
