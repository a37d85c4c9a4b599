package io.authsessions.server;

import io.authsessions.web.BearerCorpusContract;
import io.authsessions.web.CorpusTarget;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The bearer token, to a server on Redis,")
class RedisBearerCorpusTest extends BearerCorpusContract {
    private static CountedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = CountedServer.redis("bearer-corpus", Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    protected CorpusTarget target() {
        return server;
    }
}
