package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The issuer of sessions")
class IssuerTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final int BUCKETS = 256;

    private final Issuer issuer = new Issuer(SessionPolicy.DEFAULT, BUCKETS, new SecureRandom());

    private String idAt(String userId, long now) {
        return issuer.draft(NewSession.of(userId), now).record().id();
    }

    @Test
    @DisplayName("keeps the order of sessions made within one millisecond, and when the clock goes back")
    void order() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            ids.add(idAt("user-" + i, NOW - i / 1_000));
        }
        assertThat(ids).isSortedAccordingTo(SessionIds.NEWEST_FIRST.reversed()).doesNotHaveDuplicates();
        assertThat(ids.stream().map(id -> id.substring(2, 11))).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("does not lag behind the clock")
    void followsTheClock() {
        idAt("ann", NOW);
        String later = idAt("ann", NOW + 5);
        String fromAnother = new Issuer(SessionPolicy.DEFAULT, BUCKETS, new SecureRandom())
                .draft(NewSession.of("ann"), NOW + 5)
                .record()
                .id();
        assertThat(later.substring(2, 11)).isEqualTo(fromAnother.substring(2, 11));
    }

    @Test
    @DisplayName("gives each of racing callers a moment of its own")
    void racing() {
        List<String> moments = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(i -> idAt("ann", NOW).substring(2, 11))
                .toList();
        assertThat(moments).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("names the user's bucket in the id, and makes token and record for one another")
    void draft() {
        Issuer.Draft draft = issuer.draft(NewSession.of("ann").withLabel("Laptop"), NOW);
        assertThat(SessionIds.bucketOf(draft.record().id())).isEqualTo(SessionIds.bucketOfUser("ann", BUCKETS));
        assertThat(draft.token().id()).isEqualTo(draft.record().id());
        assertThat(draft.record().secretHash().matches(draft.token().secretHash()))
                .isTrue();
        assertThat(draft.record().session().createdAtMillis()).isEqualTo(NOW);
        assertThat(draft.record().session().label()).isEqualTo("Laptop");
    }

    @Test
    @DisplayName("makes another secret and another nonce each time")
    void fresh() {
        String id = idAt("ann", NOW);
        SessionToken one = issuer.fresh(id);
        SessionToken other = issuer.fresh(id);
        assertThat(one.id()).isEqualTo(id);
        assertThat(one.secretHash()).isNotEqualTo(other.secretHash());
        assertThat(issuer.nonce()).isNotEqualTo(issuer.nonce());
    }
}
