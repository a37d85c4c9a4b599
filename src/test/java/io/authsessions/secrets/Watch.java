package io.authsessions.secrets;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.serviceproxy.ServiceException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;

/**
 * Looks at what comes out, of whatever kind, and keeps each line that holds a secret or something of its shape.
 * Thread-safe.
 */
final class Watch {
    private static final int MAX_CAUSES = 8;
    /** Where an answer hands a token out: the one field, the cookie, and a line of id and token of a test's application. */
    private static final Pattern HANDED_OUT = Pattern.compile("\"token\" ?: ?\"aus1_[0-9A-Za-z_]+\""
            + "|(?i:set-cookie)[^\\n]{0,20}?=aus1_[0-9A-Za-z_]+"
            + "|(?m:^)[0-9A-Za-z]{22} aus1_[0-9A-Za-z_]+");

    private final IssuedSecrets secrets;
    private final Collection<String> leaks = new ConcurrentLinkedQueue<>();
    private final AtomicLong lines = new AtomicLong();

    Watch(IssuedSecrets secrets) {
        this.secrets = secrets;
    }

    /** Lines that hold what they must not, each with the kind of place. */
    Collection<String> leaks() {
        return leaks;
    }

    /** How many lines were looked at. */
    long lines() {
        return lines.get();
    }

    void look(String kind, String text) {
        text.lines().forEach(line -> {
            lines.incrementAndGet();
            if (SecretShapes.isIn(line) || secrets.isIn(line)) {
                leaks.add(kind + ": " + line);
            }
        });
    }

    /** An answer of a server; only one that reports success may hand out a token, in its place. */
    void answer(int status, String headers, String body) {
        boolean isSuccess = status >= 200 && status < 300;
        String kind = "answer " + status;
        look(kind, isSuccess ? HANDED_OUT.matcher(headers).replaceAll("") : headers);
        look(kind, isSuccess ? HANDED_OUT.matcher(body).replaceAll("") : body);
    }

    /** A value, by what it says of itself. */
    void value(Object value) {
        look("toString", String.valueOf(value));
    }

    void failure(Throwable failure) {
        Throwable each = failure;
        for (int i = 0; each != null && i < MAX_CAUSES; i++) {
            look("exception", each.toString());
            if (each instanceof ServiceException known) {
                look("exception", String.valueOf(known.getDebugInfo()));
            } else if (each instanceof ReplyException reply) {
                look("exception", String.valueOf(reply.getMessage()));
            }
            each = each.getCause();
        }
    }

    PrintStream around(String kind, OutputStream out) {
        return new PrintStream(new Watched(kind, out), true, StandardCharsets.UTF_8);
    }

    Handler logHandler() {
        Formatter formatter = new SimpleFormatter();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                look("log", formatter.format(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        return handler;
    }

    /** Looks at each line on its way. */
    private final class Watched extends FilterOutputStream {
        private final String kind;
        private final StringBuilder line = new StringBuilder();

        Watched(String kind, OutputStream out) {
            super(out);
            this.kind = kind;
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
                look(kind, line.toString());
                line.setLength(0);
            } else {
                line.append(c);
            }
        }
    }
}
