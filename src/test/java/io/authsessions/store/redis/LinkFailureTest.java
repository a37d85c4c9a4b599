package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.store.StoreException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the driver says of a command that failed")
class LinkFailureTest {
    @Test
    @DisplayName("lets it be tried once more, also where the connection was found closed")
    void connectionClosed() {
        StoreException failure = LinkFailure.ofDriver(new IllegalStateException("Connection is closed"));
        assertThat(RedisLink.worthAgain(failure)).isTrue();
        assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
        assertThat(failure.detail()).isEqualTo(StoreException.UNAVAILABLE);
    }

    @Test
    @DisplayName("does not let it be tried once more where Redis could not have understood it")
    void notValid() {
        StoreException failure =
                LinkFailure.ofDriver(new IllegalStateException("Redis command is not valid, check https://redis.io"));
        assertThat(RedisLink.worthAgain(failure)).isFalse();
        assertThat(RedisLink.refusedWith(failure, ErrorReply.OTHER)).isTrue();
    }
}
