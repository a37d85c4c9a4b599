package io.authsessions.store.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import redis.embedded.core.ExecutableProvider;

/** The servers that the store is tested with. */
enum RedisRelease {
    /** Comes as a library, so it is always there. */
    REDIS_6_2(null),
    REDIS_7("redis-server"),
    VALKEY_8("valkey-server");

    private final String command;

    RedisRelease(String command) {
        this.command = command;
    }

    /** Unpacked once. */
    private static final class Embedded {
        private static final String EXECUTABLE = unpack();

        private static String unpack() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    String executable() {
        return command == null ? Embedded.EXECUTABLE : command;
    }

    boolean isInstalled() {
        return command == null
                || Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> new File(folder, command).canExecute());
    }

    /** Skips the test where it is not installed. */
    void assumeInstalled() {
        Assumptions.assumeTrue(isInstalled(), command + " is not installed");
    }

    /** Whether the members of a Cluster can be told at which port they talk to each other; else 10,000 higher. */
    boolean choosesBusPort() {
        return this != REDIS_6_2;
    }
}
