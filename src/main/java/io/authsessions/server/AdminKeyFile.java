package io.authsessions.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * The file that holds the admin keys where none is configured: one a line, readable by its owner only. Made with a
 * fresh key if it is not there and the listener is on loopback; used as it is from then on, so that a restart changes
 * nothing.
 */
final class AdminKeyFile {
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final boolean loopback;

    AdminKeyFile(Path path, boolean loopback) {
        this.path = path;
        this.loopback = loopback;
    }

    /** The file of a configuration. */
    static AdminKeyFile of(ServerConfig config) {
        return new AdminKeyFile(config.adminKeyFile(), config.admin().isLoopback());
    }

    /**
     * What the file holds.
     *
     * @param keys at least one
     * @param made whether the file was made just now
     */
    record Content(List<String> keys, boolean made) {
        @Override
        public String toString() {
            return "Content[redacted]";
        }
    }

    /**
     * Reads the file, and on loopback makes it first if it is not there.
     *
     * @throws ConfigException if that is not possible, or it holds no usable key
     */
    Content readOrMake(SecureRandom random) throws ConfigException {
        try {
            boolean made = loopback && make(random);
            return new Content(read(), made);
        } catch (IOException e) {
            throw mistake("cannot be read or made");
        }
    }

    private List<String> read() throws IOException, ConfigException {
        List<String> keys =
                Files.readString(path).lines().filter(line -> !line.isBlank()).toList();
        int minLength = loopback ? 1 : AdminKeys.MIN_LENGTH_BEYOND_LOOPBACK;
        if (keys.isEmpty() || !keys.stream().allMatch(key -> AdminKeys.isKey(key) && key.length() >= minLength)) {
            throw mistake("must hold a key on each line: " + minLength + " to " + AdminKeys.MAX_LENGTH
                    + " visible ASCII characters");
        }
        if (isPosix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
            throw mistake("must be readable and writable by its owner only (chmod 600)");
        }
        return keys;
    }

    /** Never touches a file that is there: of two programs that start at once, one makes it and both read it. */
    private boolean make(SecureRandom random) throws IOException {
        if (Files.exists(path)) {
            return false;
        }
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        FileAttribute<?>[] attributes = isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            channel.write(StandardCharsets.US_ASCII.encode(key + "\n"));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private ConfigException mistake(String message) {
        return new ConfigException(List.of("admin.keyFile: " + path + " " + message));
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
