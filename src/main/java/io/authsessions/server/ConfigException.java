package io.authsessions.server;

import java.util.List;

/** A configuration that cannot be used; lists everything that is wrong with it. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> mistakes;

    ConfigException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** One sentence for each mistake; none holds a value that was configured. */
    List<String> mistakes() {
        return mistakes;
    }
}
