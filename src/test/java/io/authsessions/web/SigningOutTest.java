package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Signing")
class SigningOutTest extends SigningFixture {
    @Test
    @Tag("ASVS-14.3.1")
    @DisplayName("out ends the session, clears the cookie and what the site has kept, also when the session is dead")
    void signOut() {
        String token = signIn();
        for (int i = 0; i < 2; i++) {
            assertSignedOut(post("/out", OWN, cookie(token)));
            assertThat(me(token)).isEqualTo(401);
        }
        assertSignedOut(post("/out", OWN, cookie("nonsense")));
    }

    private static void assertSignedOut(Answer answer) {
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers("Set-Cookie")).containsExactly(CLEARED);
        assertThat(answer.header("Clear-Site-Data")).isEqualTo("\"cache\", \"cookies\", \"storage\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("out clears nothing when the session cannot be ended, or another site asks for it, or a link")
    void signOutRefused() {
        String token = signIn();
        failing = "destroySessionByToken";
        Answer outage = post("/out", OWN, cookie(token));
        assertThat(outage.status()).isEqualTo(503);
        Answer elsewhere = post("/out", "Sec-Fetch-Site: cross-site", cookie(token));
        assertThat(elsewhere.status()).isEqualTo(403);
        Answer link = RawHttp.get(server.port(), "/out", OWN, cookie(token));
        assertThat(link.status()).isEqualTo(405);
        assertThat(link.header("Allow")).isEqualTo("DELETE, POST");
        for (Answer answer : List.of(outage, elsewhere, link)) {
            assertThat(answer.header("Set-Cookie")).isNull();
            assertThat(answer.header("Clear-Site-Data")).isNull();
        }
        assertThat(me(token)).isEqualTo(200);
    }

    @Test
    @DisplayName("out with a bearer token ends its session and no other, and tells a dead one so")
    void signOutByBearer() {
        String kept = signIn();
        String token = post("/in/token?user=bob").body().split(" ")[1];
        Answer answer = post("/out", "Authorization: Bearer " + token, cookie(kept));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(me(kept)).isEqualTo(200);
        assertThat(post("/out", "Authorization: Bearer " + token).code()).isEqualTo("invalid_token");
        assertThat(post("/out").code()).isEqualTo("no_credentials");
        failing = "destroySession";
        String other = post("/in/token?user=eve").body().split(" ")[1];
        assertThat(post("/out", "Authorization: Bearer " + other).status()).isEqualTo(503);
    }
}
