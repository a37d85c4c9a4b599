package io.authsessions.service;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Cursors as anybody can make them: the check is right, for it is no secret, and the place may be none. */
public final class ForgedCursor {
    private ForgedCursor() {}

    /** A cursor of the list of a user, or of all sessions if that is empty, in the order of use. */
    public static String of(String place, String userId) {
        CRC32 check = new CRC32();
        check.update((place + "/used/" + userId).getBytes(StandardCharsets.UTF_8));
        return place + "-" + String.format("%08x", check.getValue());
    }
}
