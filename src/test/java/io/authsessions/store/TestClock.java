package io.authsessions.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

public final class TestClock implements InstantSource {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    public Instant instant() {
        return now.get();
    }

    public void advance(Duration d) {
        now.updateAndGet(n -> n.plus(d));
    }
}
