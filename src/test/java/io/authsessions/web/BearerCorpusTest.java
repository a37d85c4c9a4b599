package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The bearer token, to the handler alone,")
class BearerCorpusTest extends BearerCorpusContract {
    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        server = WebServer.whoAmI(AuthSessionHandler.create(service));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected CorpusTarget target() {
        return new FakeTarget(service, token, server);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\"b", "a b", "", "a\r\nSet-Cookie: x", "é", "Signed", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    @DisplayName("of a session that ended for an unheard-of reason is answered without it")
    void endedStrangely(String reason) {
        Answer answer = RawHttp.get(server.port(), "/me", "Authorization: Bearer " + service.endedToken(reason));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"authsessions\", error=\"invalid_token\"");
    }
}
