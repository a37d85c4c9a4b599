package io.authsessions.secrets;

import io.authsessions.model.SessionToken;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a leaked secret looks like: a token with a right check, or 32 bytes in hexadecimal. */
final class SecretShapes {
    private static final Pattern TOKEN = Pattern.compile(SessionToken.PREFIX + "[0-9A-Za-z]{22}_[0-9A-Za-z]{49}");
    private static final Pattern HASH = Pattern.compile("(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])");

    private SecretShapes() {}

    static boolean isIn(String text) {
        return IssuedSecrets.anyLongRun(text, (start, end) -> isInRun(text));
    }

    private static boolean isInRun(String text) {
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (SessionToken.parse(token.group()) != null) {
                return true;
            }
        }
        return HASH.matcher(text).find();
    }
}
