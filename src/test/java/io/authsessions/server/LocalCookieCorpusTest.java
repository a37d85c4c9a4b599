package io.authsessions.server;

import io.authsessions.web.CookieCorpusContract;
import io.authsessions.web.CorpusTarget;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The session cookie, to a server on the local store,")
class LocalCookieCorpusTest extends CookieCorpusContract {
    private static CountedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = CountedServer.local(Map.of());
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
