package io.authsessions.secrets;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Looks at all that the whole test run logs or prints, from its first moment, and keeps each line that holds a token or
 * something of the shape of a secret's hash.
 */
public final class RunRecorder implements LauncherSessionListener {
    private static final Collection<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final AtomicLong LINES = new AtomicLong();
    private static boolean installed;

    /** Lines that hold what they must not. */
    static Collection<String> leaks() {
        return LEAKS;
    }

    /** How many lines were looked at. */
    static long lines() {
        return LINES.get();
    }

    static void look(String text) {
        text.lines().forEach(line -> {
            LINES.incrementAndGet();
            if (SecretShapes.isIn(line)) {
                LEAKS.add(line);
            }
        });
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
        System.setOut(new PrintStream(new Watched(System.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Watched(System.err), true, StandardCharsets.UTF_8));
        Logger root = Logger.getLogger("");
        Handler handler = new Handler() {
            private final SimpleFormatter formatter = new SimpleFormatter();

            @Override
            public void publish(LogRecord record) {
                look(formatter.format(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        Logger.getLogger("io.authsessions").setLevel(Level.ALL);
    }

    /** Looks at each line on its way. */
    private static final class Watched extends FilterOutputStream {
        private final StringBuilder line = new StringBuilder();

        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public synchronized void write(int b) throws IOException {
            out.write(b);
            take((char) (b & 0xff));
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            for (int i = offset; i < offset + length; i++) {
                take((char) (bytes[i] & 0xff));
            }
        }

        private void take(char c) {
            if (c == '\n') {
                look(line.toString());
                line.setLength(0);
            } else {
                line.append(c);
            }
        }
    }
}
