package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the files under conf/ against the one table of keys. */
final class ConfigFilesTest {
    private static final Path CONF = Path.of(System.getProperty("project.root", "."), "conf");

    @Test
    @DisplayName("conf/schema.json describes exactly the keys that there are")
    void schema() throws Exception {
        JsonObject expected = group().put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Configuration of the authsessions server");
        ConfigKeys.ALL.values().forEach(key -> add(expected, key));
        Path made = Path.of(System.getProperty("project.root", "."), "target", "schema.json");
        Files.writeString(made, expected.encodePrettily() + "\n");

        assertThat(new JsonObject(Files.readString(CONF.resolve("schema.json"))))
                .as("the schema that belongs to the table is in %s", made)
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("conf/local.json holds every key that has a default, with what is built in")
    void local() throws Exception {
        assertThat(file("local.json")).isEqualTo(builtIn());
    }

    @Test
    @DisplayName(
            "conf/redis.json holds every key that has a default, and differs from what is built in by the store alone")
    void redis() throws Exception {
        JsonObject expected = builtIn();
        expected.getJsonObject("store").put("type", "redis");
        assertThat(file("redis.json")).isEqualTo(expected);
        assertThat(ConfigReader.read(CONF.resolve("redis.json"), Map.of())
                        .sessions()
                        .storeType())
                .isEqualTo("redis");
    }

    @Test
    @DisplayName("what neither holds has no default: the admin key, and what some Redis need and others do not have")
    void withoutDefault() {
        assertThat(ConfigKeys.ALL.values())
                .filteredOn(key -> key.fallback() == null)
                .extracting(ConfigKey::path)
                .containsExactlyInAnyOrder(
                        "admin.key",
                        "store.redis.masterName",
                        "store.redis.sentinelUser",
                        "store.redis.sentinelPassword",
                        "store.redis.tls.trust",
                        "store.redis.tls.certificate",
                        "store.redis.tls.key");
    }

    private static JsonObject file(String name) throws Exception {
        return StrictJson.readObject(Files.readString(CONF.resolve(name)));
    }

    private static JsonObject builtIn() {
        JsonObject expected = new JsonObject();
        for (ConfigKey key : ConfigKeys.ALL.values()) {
            if (key.fallback() != null) {
                String[] names = key.path().split("\\.");
                JsonObject parent = expected;
                for (int i = 0; i < names.length - 1; i++) {
                    if (!parent.containsKey(names[i])) {
                        parent.put(names[i], new JsonObject());
                    }
                    parent = parent.getJsonObject(names[i]);
                }
                parent.put(names[names.length - 1], key.fallback());
            }
        }
        return expected;
    }

    private static JsonObject group() {
        return new JsonObject()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("properties", new JsonObject());
    }

    private static void add(JsonObject root, ConfigKey key) {
        JsonObject parent = root;
        String[] names = key.path().split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            JsonObject properties = parent.getJsonObject("properties");
            if (!properties.containsKey(names[i])) {
                properties.put(names[i], group());
            }
            parent = properties.getJsonObject(names[i]);
        }
        JsonObject property = type(key.type()).put("description", key.meaning() + " Variable: " + key.variable() + ".");
        if (key.fallback() != null) {
            property.put("default", key.fallback());
        }
        parent.getJsonObject("properties").put(names[names.length - 1], property);
    }

    private static JsonObject type(ConfigType type) {
        JsonObject text = new JsonObject().put("type", "string");
        if (type instanceof ConfigType.Whole whole) {
            return new JsonObject()
                    .put("type", "integer")
                    .put("minimum", whole.min())
                    .put("maximum", whole.max());
        }
        if (type instanceof ConfigType.Shaped shaped) {
            return text.put("pattern", shaped.pattern());
        }
        if (type instanceof ConfigType.Truth) {
            return new JsonObject().put("type", "boolean");
        }
        if (type instanceof ConfigType.Choice choice) {
            return text.put("enum", new JsonArray(choice.names()));
        }
        if (type instanceof ConfigType.Time) {
            return text.put("pattern", "^[0-9]{1,9}(ms|s|m|h|d)$");
        }
        if (type instanceof ConfigType.ShapedTexts texts) {
            return new JsonObject().put("type", "array").put("items", type(texts.each()));
        }
        if (type instanceof ConfigType.Secrets) {
            return new JsonObject().put("type", "array").put("items", type(new ConfigType.Secret()));
        }
        if (type instanceof ConfigType.Addresses) {
            return new JsonObject().put("type", "array").put("items", text.put("minLength", 2));
        }
        if (type instanceof ConfigType.Origins) {
            return new JsonObject().put("type", "array").put("items", text.put("pattern", "^https?://[!-~]+$"));
        }
        if (type instanceof ConfigType.Clients) {
            return new JsonObject().put("type", "array").put("items", text.put("pattern", IntrospectionClients.FORM));
        }
        if (type instanceof ConfigType.Secret) {
            return text.put("pattern", "^[!-~]{1," + AdminKeys.MAX_LENGTH + "}$");
        }
        return text.put("minLength", 1);
    }
}
