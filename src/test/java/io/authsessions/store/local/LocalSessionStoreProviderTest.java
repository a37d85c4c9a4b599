package io.authsessions.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The provider of local stores")
class LocalSessionStoreProviderTest {
    private static Vertx vertx;

    private final TestClock clock = new TestClock();

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void endVertx() {
        StoreUnderTest.await(vertx.close());
    }

    private SessionStore create(JsonObject config) {
        return new LocalSessionStoreProvider().create(vertx, SessionPolicy.DEFAULT, clock, config);
    }

    private List<FieldError> mistakesOf(JsonObject config) {
        return catchThrowableOfType(InvalidRequestException.class, () -> create(config))
                .errors();
    }

    private StoreUnderTest open(JsonObject config) {
        return new StoreUnderTest(
                vertx, (on, policy, time) -> new LocalSessionStoreProvider().create(on, policy, time, config), clock);
    }

    @Test
    @DisplayName("is found by its type, and says that its sessions are seen by one Vert.x only")
    void found() {
        List<SessionStoreProvider> local = ServiceLoader.load(SessionStoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.type().equals("local"))
                .toList();
        assertThat(local).hasSize(1);
        assertThat(local.get(0)).isInstanceOf(LocalSessionStoreProvider.class);
        assertThat(local.get(0).shared()).isFalse();
    }

    @Test
    @DisplayName("tells all mistakes of its configuration at once")
    void allMistakes() {
        JsonObject config = new JsonObject()
                .put("name", " ")
                .put("maxSessions", -1)
                .put("maxEndedMarkers", 4294967296L)
                .put("maxSession", 5);
        assertThat(mistakesOf(config))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("name", "maxSessions", "maxEndedMarkers", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"name\":5}", "{\"maxSessions\":\"5\"}", "{\"maxSessions\":5.9}", "{\"maxEndedMarkers\":-1}"})
    @DisplayName("refuses a value of another type or range")
    void wrongValue(String config) {
        JsonObject json = new JsonObject(config);
        assertThat(mistakesOf(json)).extracting(FieldError::field).containsExactlyElementsOf(json.fieldNames());
    }

    @Test
    @DisplayName("gives stores of one name the same sessions, and stores of two names their own")
    void names() {
        StoreUnderTest one = open(new JsonObject().put("name", "one"));
        StoreUnderTest again = open(new JsonObject().put("name", "one").put("maxSessions", 0));
        StoreUnderTest unnamed = open(new JsonObject());
        StoreUnderTest byDefaultName = open(new JsonObject().put("name", "authsessions.store"));
        one.signIn("ann");
        unnamed.signIn("bob");
        assertThat(again.idsOf("ann")).hasSize(1);
        assertThat(unnamed.idsOf("ann")).isEmpty();
        assertThat(byDefaultName.idsOf("bob")).hasSize(1);
        List.of(one, again, unnamed, byDefaultName).forEach(StoreUnderTest::close);
    }
}
