package io.authsessions.store.redis;

/**
 * One of the changes that the store makes.
 *
 * @param script that makes it, in one step
 * @param refusedWhenLate whether it must not happen once its caller has given up; an end that comes late is still an end
 * @param confirmed whether it waits for replicas, where changes do: those that nobody may take back
 */
record Change(Script script, boolean refusedWhenLate, boolean confirmed) {
    static final Change CREATE = new Change(Script.load("create"), true, true);
    static final Change USE = new Change(Script.load("use"), true, false);
    static final Change UPDATE = new Change(Script.load("update"), true, true);
    static final Change ROTATE = new Change(Script.load("rotate"), true, true);
    static final Change REAUTHENTICATE = new Change(Script.load("reauthenticate"), true, true);
    static final Change DESTROY = new Change(Script.load("destroy"), false, true);
    static final Change DESTROY_MANY = new Change(Script.load("destroy_many"), false, true);

    /** As {@link #DESTROY_MANY}, to make room for somebody who may have given up. */
    static final Change EVICT = new Change(DESTROY_MANY.script(), true, true);

    static final Change SWEEP = new Change(Script.load("sweep"), true, false);

    /** None, but where it cannot run no other can. */
    static final Change PROBE = new Change(Script.load("probe"), true, false);

    /** None either; it is confirmed when all changes before it are. */
    static final Change CONFIRM = new Change(PROBE.script(), true, true);
}
