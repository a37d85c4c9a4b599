package io.authsessions.store.redis;

import java.time.Duration;

/**
 * When a change counts as done.
 *
 * @param replicas how many must have it, besides the primary; 0 if the primary is enough
 * @param timeout how long they are waited for; positive, and at most half of the command deadline, since a change may
 *     have to wait until those before it have been confirmed
 */
record ReplicaRule(int replicas, Duration timeout) {
    boolean waits() {
        return replicas > 0;
    }
}
