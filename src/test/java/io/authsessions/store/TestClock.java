package io.authsessions.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class TestClock implements InstantSource {
    private static final long START = Instant.parse("2027-01-15T08:00:00Z").toEpochMilli();

    private final AtomicLong now = new AtomicLong(START);

    /** A clock at a fixed moment. */
    public TestClock() {}

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now.get());
    }

    @Override
    public long millis() {
        return now.get();
    }

    /** Moves the time, backwards too. */
    public void advance(Duration by) {
        now.addAndGet(by.toMillis());
    }

    /** Sets the time. */
    public void set(long millis) {
        now.set(millis);
    }
}
