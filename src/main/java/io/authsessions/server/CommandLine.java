package io.authsessions.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the program was called with.
 *
 * @param file the configuration file, or null for what is built in
 * @param help whether only the usage is asked for
 * @param inspected the id of the session that is to be shown, or null to serve
 */
record CommandLine(
        @Nullable Path file, boolean help, @Nullable String inspected) {
    private static final Path DEFAULT_FILE = Path.of("conf", "local.json");

    /**
     * Reads the arguments.
     *
     * @throws ConfigException if they are not of the form
     */
    static CommandLine parse(String... arguments) throws ConfigException {
        List<String> words = List.of(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            return new CommandLine(null, true, null);
        }
        boolean inspects = words.size() >= 2 && words.get(0).equals("inspect");
        List<String> rest = inspects ? words.subList(2, words.size()) : words;
        String inspected = inspects ? words.get(1) : null;
        if (rest.isEmpty()) {
            return new CommandLine(Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null, false, inspected);
        }
        if (rest.size() == 2 && rest.get(0).equals("--conf")) {
            return new CommandLine(Path.of(rest.get(1)), false, inspected);
        }
        throw new ConfigException(List.of("the arguments are not known; --help tells which there are"));
    }

    /** How the program is called, and everything that can be configured. */
    static String usage() {
        StringBuilder text = new StringBuilder("""
                Usage: authsessions-server [inspect ID] [--conf FILE]

                Serves login sessions over HTTP: a public listener for the holders of sessions, and an admin
                listener that signs them in. The configuration is FILE (conf/local.json if that is there), a JSON
                object; any key can be set in the environment instead.

                  inspect ID    serve nothing: print what the shared store keeps of that session, without secrets
                  --conf FILE   read the configuration from FILE
                  --help        print this

                Keys, with their variables and defaults:
                """);
        for (ConfigKey key : ConfigKeys.ALL.values()) {
            text.append("  ").append(key.path()).append("  ").append(key.variable());
            if (key.fallback() != null) {
                text.append("  ").append(key.fallback());
            }
            text.append("\n      ").append(key.meaning()).append('\n');
        }
        return text.toString();
    }
}
