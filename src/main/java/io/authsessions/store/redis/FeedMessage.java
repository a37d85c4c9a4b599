package io.authsessions.store.redis;

import io.vertx.core.buffer.Buffer;

/**
 * What came in on the feed, as it came: nothing in it has been checked.
 *
 * @param channel on which it was published
 * @param payload what was published
 */
record FeedMessage(String channel, Buffer payload) {}
