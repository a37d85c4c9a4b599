package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdminKeysTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("each of several keys opens, and nothing else does")
    void several() {
        AdminKeys keys = new AdminKeys(List.of("first-key", "second-key"));
        assertThat(List.of("first-key", "second-key")).allMatch(keys::contains);
        assertThat(List.of("", "first-ke", "first-key ", "First-key", "first-key,second-key"))
                .noneMatch(keys::contains);
    }

    @Test
    @DisplayName("a made key file is the owner's only, and is used again")
    void made() throws Exception {
        Path path = directory.resolve("key");
        AdminKeyFile.Content first = new AdminKeyFile(path, true).readOrMake(new SecureRandom());
        AdminKeyFile.Content second = new AdminKeyFile(path, true).readOrMake(new SecureRandom());

        assertThat(first.made()).isTrue();
        assertThat(first.keys()).singleElement().asString().matches("[A-Za-z0-9_-]{43}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(second.made()).isFalse();
        assertThat(second.keys()).isEqualTo(first.keys());
        assertThat(first.toString()).doesNotContain(first.keys().get(0));
    }

    @Test
    @DisplayName("a key file that others can read, or that holds no key, is refused")
    void refused() throws Exception {
        Path path = Files.writeString(directory.resolve("key"), "a-key-of-some-length\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(mistake(path, true)).contains("chmod 600");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        assertThat(new AdminKeyFile(path, false).readOrMake(new SecureRandom()).keys())
                .hasSize(1);
        Files.writeString(path, "\n");
        assertThat(mistake(path, true)).contains("must hold a key on each line");
        Files.writeString(path, "short\n");
        assertThat(mistake(path, false)).contains("must hold a key on each line");
        assertThat(mistake(directory.resolve("no/such/directory"), true)).contains("cannot be read or made");
        assertThat(mistake(directory.resolve("none"), false)).contains("cannot be read or made");
    }

    private static String mistake(Path path, boolean loopback) {
        return catchThrowableOfType(
                        ConfigException.class, () -> new AdminKeyFile(path, loopback).readOrMake(new SecureRandom()))
                .getMessage();
    }
}
