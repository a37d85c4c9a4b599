package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionKey;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.SessionRecord;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is held in memory")
class EntriesTest {
    private static final int SIZE = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong nanos = new AtomicLong();
    private final Entries entries = new Entries(SIZE, nanos::get);

    private Copy copy(long epoch) {
        SessionToken token = SessionToken.issue(SessionIds.create(1, 1, random), random);
        SessionRecord record = SessionRecord.create(
                token.id(), token.secretHash(), NewSession.of("ann"), SessionPolicy.DEFAULT, 1_000_000);
        return Copy.of(record, epoch, 0);
    }

    private SecretHash anyHash() {
        return SessionToken.issue(SessionIds.create(1, 1, random), random).secretHash();
    }

    @Test
    @DisplayName("stays within its size through 100,000 forged ids, none of which pushes a living session out")
    void forgedIds() {
        List<Copy> living = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            living.add(copy(0));
            entries.put(living.get(i));
        }
        long before = held(living);
        for (int i = 0; i < 100_000; i++) {
            entries.put(SessionIds.create(1, i, random), new Refusal(0, null));
        }
        assertThat(entries.unknownSize()).isLessThanOrEqualTo(SIZE / 10);
        assertThat(before).isEqualTo(SIZE);
        assertThat(held(living)).isEqualTo(before);
        for (int i = 0; i < 3 * SIZE; i++) {
            entries.put(copy(0));
        }
        assertThat(entries.size()).isLessThanOrEqualTo(SIZE);
    }

    private long held(List<Copy> copies) {
        return copies.stream()
                .filter(each -> entries.session(SessionKey.of(each.record().id()), 0) != null)
                .count();
    }

    @Test
    @DisplayName("counts only in the epoch in which it was read")
    void epochs() {
        Copy copy = copy(7);
        entries.put(copy);
        assertThat(entries.session(SessionKey.of(copy.record().id()), 7)).isEqualTo(copy);
        assertThat(entries.session(SessionKey.of(copy.record().id()), 8)).isNull();
        entries.put(copy.record().id(), new Refusal(7, null));
        assertThat(entries.session(SessionKey.of(copy.record().id()), 7)).isNull();
        assertThat(entries.unknown(SessionKey.of(copy.record().id()), 7)).isNotNull();
        assertThat(entries.unknown(SessionKey.of(copy.record().id()), 8)).isNull();
    }

    @Test
    @DisplayName("knows of an unknown id for half a minute at most")
    void unknownForAWhile() {
        entries.put("0D8DqJ8Wb8i6b4URnxNhDQ", new Refusal(0, null));
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        assertThat(entries.unknown(SessionKey.of("0D8DqJ8Wb8i6b4URnxNhDQ"), 0)).isNotNull();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(entries.unknown(SessionKey.of("0D8DqJ8Wb8i6b4URnxNhDQ"), 0)).isNull();
    }

    @Test
    @DisplayName("remembers who was refused as long as the session is as it was judged, and the last sixteen only")
    void refused() {
        Copy copy = copy(0);
        String id = copy.record().id();
        SecretHash first = anyHash();
        entries.refuse(copy, first);
        assertThat(entries.session(SessionKey.of(id), 0)).isNull();
        entries.put(copy);
        entries.refuse(copy, first);
        assertThat(entries.session(SessionKey.of(id), 0).refuses(first)).isTrue();
        SessionRecord used = copy.record().used(2_000_000, SessionPolicy.DEFAULT);
        entries.put(Copy.of(used, 0, 0));
        assertThat(entries.session(SessionKey.of(id), 0).refuses(first))
                .as("after a use")
                .isTrue();
        Copy renewed = Copy.of(copy.record().reauthenticated(anyHash(), 2_000_000), 0, 0);
        entries.put(renewed);
        assertThat(entries.session(SessionKey.of(id), 0).refuses(first))
                .as("after new tokens")
                .isFalse();
        entries.refuse(copy, first);
        assertThat(entries.session(SessionKey.of(id), 0).refuses(first))
                .as("judged before")
                .isFalse();
        for (int i = 0; i < 40; i++) {
            entries.refuse(renewed, anyHash());
        }
        assertThat(entries.session(SessionKey.of(id), 0).refused()).hasSize(16);
    }
}
