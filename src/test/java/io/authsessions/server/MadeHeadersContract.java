package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp;
import io.authsessions.web.RawHttp.Answer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Thousands of headers that nobody wrote by hand, over real sockets to the real server on any store. */
abstract class MadeHeadersContract {
    private static final String MARK = HostileInputs.MARK;
    /** Of what the lines ask for only a rotation, which answers with a token, changes anything. */
    private static final Map<String, Set<Integer>> EXPECTED = Map.of(
            "GET /v1/session", Set.of(200, 400, 401, 403),
            "HEAD /v1/sessions", Set.of(200, 400, 401, 403),
            "POST /v1/session/rotate", Set.of(200, 400, 401, 403),
            "GET /v1/verify/x", Set.of(204, 400, 401, 403),
            "DELETE /v1/sessions/0000000000000000000000", Set.of(404, 400, 401, 403));

    private static TestServer server;
    private static int port;
    private static String token;

    /** Before all, with the environment that chooses the store. */
    static void start(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "0");
        server = TestServer.start(all);
        port = URI.create(server.server().publicUri()).getPort();
        token = server.signIn("ada").getString("token");
    }

    @AfterContainer
    static void stop() throws Exception {
        server.close();
    }

    @Provide
    Arbitrary<String> header() {
        Arbitrary<String> part = Arbitraries.oneOf(
                Arbitraries.of(
                        "Bearer",
                        "bearer",
                        "Basic",
                        " ",
                        "\t",
                        "  ",
                        "=",
                        ";",
                        "; ",
                        ",",
                        "\"",
                        "%20",
                        "__Host-session",
                        "__Host-session=",
                        "session-dev=",
                        "TOKEN",
                        "aus1_0000000000000000000000_",
                        MARK,
                        "é",
                        "\u00a0",
                        "\r\n "),
                Arbitraries.strings()
                        .withCharRange('!', '~')
                        .withChars('\u0080', '\u00ff', ' ')
                        .ofMaxLength(20));
        return Combinators.combine(
                        Arbitraries.of(
                                "Authorization: ",
                                "Cookie: ",
                                "Cookie: __Host-session=",
                                "Authorization: Bearer ",
                                "Origin: ",
                                "Sec-Fetch-Site: "),
                        part.list().ofMaxSize(8))
                .as((name, parts) -> name + String.join("", parts));
    }

    @Provide
    Arbitrary<String> line() {
        return Arbitraries.of(EXPECTED.keySet());
    }

    @Property
    @Label("is answered at once, with no fault of ours, and nothing of it comes back")
    void isAnswered(@ForAll("line") String line, @ForAll("header") String first, @ForAll("header") String second) {
        String[] words = line.split(" ");
        Answer answer = RawHttp.request(
                port,
                words[0],
                words[1],
                first.replace("TOKEN", token),
                second.replace("TOKEN", token),
                "Content-Length: 0");
        assertThat(EXPECTED.get(line)).contains(answer.status());
        if (answer.status() < 300) {
            assertThat(first + second).contains("TOKEN");
        }
        assertThat(answer.headerLines() + answer.body())
                .doesNotContain(token.substring(28), MARK, "Exception", "\tat ");
    }
}
