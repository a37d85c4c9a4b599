package io.authsessions.server;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: what is built in, then a file, then the environment, each over the one before. Every mistake
 * is collected. Confined to one thread, for one reading.
 */
final class ConfigReader {
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> origins = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    private ConfigReader() {
        ConfigKeys.ALL.forEach((path, key) -> {
            Object fallback = key.fallback();
            if (fallback != null) {
                values.put(path, fallback);
            }
        });
    }

    /**
     * The configuration.
     *
     * @param file the configuration file, or null for none
     * @param environment of which the variables that begin with {@link ConfigKey#PREFIX} count
     * @throws ConfigException with every mistake
     */
    static ServerConfig read(@Nullable Path file, Map<String, String> environment) throws ConfigException {
        ConfigReader reader = new ConfigReader();
        if (file != null) {
            reader.readFile(file);
        }
        reader.readEnvironment(environment);
        return reader.finish();
    }

    private void readFile(Path file) {
        try {
            readObject(StrictJson.readObject(Files.readString(file)), "", file.toString());
        } catch (StrictJson.MalformedJsonException e) {
            mistakes.add(file + ": " + e.getMessage());
        } catch (InvalidRequestException e) {
            e.errors().forEach(error -> mistakes.add(file + ": " + error.message()));
        } catch (CharacterCodingException e) {
            mistakes.add(file + ": is not UTF-8");
        } catch (IOException e) {
            mistakes.add(file + ": cannot be read");
        }
    }

    private void readObject(JsonObject object, String prefix, String origin) {
        for (String name : object.fieldNames()) {
            String path = prefix + name;
            Object value = object.getValue(name);
            ConfigKey key = ConfigKeys.ALL.get(path);
            boolean group = ConfigKeys.ALL.keySet().stream().anyMatch(known -> known.startsWith(path + "."));
            if (key != null) {
                if (value != null) {
                    set(key, value, origin);
                }
            } else if (!group) {
                mistakes.add(path + ": there is no such key (in " + origin + ")");
            } else if (value instanceof JsonObject inner) {
                readObject(inner, path + ".", origin);
            } else {
                mistakes.add(path + ": must be an object (in " + origin + ")");
            }
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, ConfigKey> variables = new HashMap<>();
        ConfigKeys.ALL.values().forEach(key -> variables.put(key.variable(), key));
        environment.keySet().stream()
                .filter(name -> name.startsWith(ConfigKey.PREFIX))
                .sorted()
                .forEach(name -> {
                    ConfigKey key = variables.get(name);
                    if (key == null) {
                        mistakes.add(name + ": there is no such key (in the environment)");
                    } else {
                        set(key, key.type().parse(environment.getOrDefault(name, "")), name);
                    }
                });
    }

    private void set(ConfigKey key, @Nullable Object value, String origin) {
        if (value == null || !key.type().accepts(value)) {
            mistakes.add(key.path() + ": " + key.type().rule() + " (in " + origin + ")");
            return;
        }
        values.put(key.path(), value);
        origins.put(key.path(), origin);
    }

    private ServerConfig finish() throws ConfigException {
        ServerConfig config = null;
        try {
            config = ServerConfig.of(tree());
        } catch (InvalidRequestException e) {
            e.errors().forEach(error -> mistakes.add(describe(error)));
        }
        if (config == null || !mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return config;
    }

    private String describe(FieldError error) {
        String origin = origins.get(error.field());
        return origin == null ? error.toString() : error + " (in " + origin + ")";
    }

    private JsonObject tree() {
        JsonObject root = new JsonObject();
        values.forEach((path, value) -> {
            JsonObject parent = root;
            String[] names = path.split("\\.", -1);
            for (int i = 0; i < names.length - 1; i++) {
                if (parent.getJsonObject(names[i]) == null) {
                    parent.put(names[i], new JsonObject());
                }
                parent = parent.getJsonObject(names[i]);
            }
            parent.put(names[names.length - 1], value);
        });
        return root;
    }
}
