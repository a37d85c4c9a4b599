package io.authsessions.secrets;

import io.authsessions.model.SessionToken;
import java.security.CodeSource;
import java.security.Security;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Looks at all that the whole test run lets out, from its first moment: what is logged and printed by itself, and answers,
 * events, values and failures as the helpers of the tests hand them over. {@link WholeRunEngine} judges at the end.
 */
public final class RunRecorder implements LauncherSessionListener {
    static final IssuedSecrets SECRETS = new IssuedSecrets();
    private static final CodeSource LIBRARY =
            SessionToken.class.getProtectionDomain().getCodeSource();
    private static final Watch WATCH = new Watch(SECRETS);
    private static final ClassValue<Boolean> IS_OURS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            CodeSource source = type.getProtectionDomain().getCodeSource();
            return source != null && source.equals(LIBRARY);
        }
    };
    private static boolean installed;
    private static volatile boolean noting = true;

    /** Leaves out the secrets that are hashed by this meanwhile: forged ones by the million, which nobody issued. */
    public static void withoutNoting(Runnable work) {
        noting = false;
        try {
            work.run();
        } finally {
            noting = true;
        }
    }

    static void note(byte[] secret, byte[] hash) {
        if (noting) {
            SECRETS.add(secret, hash);
        }
    }

    static Collection<String> leaks() {
        return WATCH.leaks();
    }

    /** The keys of operators that a server of this run takes. */
    public static void keys(List<String> keys) {
        keys.forEach(SECRETS::addKey);
    }

    /** An answer of a server. */
    public static void answer(int status, Map<String, List<String>> headers, String body) {
        WATCH.answer(status, headers.toString(), body);
    }

    /** An answer of a server, all of it as it came. */
    public static void answer(String text) {
        boolean isSuccess = text.startsWith("HTTP/1.1 2");
        WATCH.answer(isSuccess ? 200 : 400, "", text);
    }

    /** An event, or part of a stream of them. */
    public static void event(String text) {
        WATCH.look("event", text);
    }

    /** What a call gave; only values of this library have to hide something. */
    public static void value(Object value) {
        if (value != null && IS_OURS.get(value.getClass())) {
            WATCH.value(value);
        }
    }

    /** How a call failed. */
    public static void failure(Throwable failure) {
        WATCH.failure(failure);
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        install();
    }

    private static synchronized void install() {
        if (installed) {
            return;
        }
        installed = true;
        Security.insertProviderAt(new WatchedHashes(), 1);
        System.setOut(WATCH.around("stdout", System.out));
        System.setErr(WATCH.around("stderr", System.err));
        Logger.getLogger("").addHandler(WATCH.logHandler());
        Logger.getLogger("io.authsessions").setLevel(Level.ALL);
    }
}
