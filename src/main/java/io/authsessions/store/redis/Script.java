package io.authsessions.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One atomic change, written in Lua and run inside Redis.
 *
 * @param name what it does
 * @param source its text
 * @param sha1 by which Redis knows the text, in hexadecimal
 */
record Script(String name, String source, String sha1) {
    /** Reads {@code <name>.lua}, preceded by what all scripts share, from beside this class. */
    static Script load(String name) {
        String source = read("record.lua") + read(name + ".lua");
        return new Script(name, source, sha1(source));
    }

    private static String read(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the script " + resource + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String source) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
