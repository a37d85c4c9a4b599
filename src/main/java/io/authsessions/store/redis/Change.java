package io.authsessions.store.redis;

/**
 * One of the changes that the store makes.
 *
 * @param script that makes it, in one step
 * @param refusedWhenLate whether it must not happen once its caller has given up; an end that comes late is still an end
 */
record Change(Script script, boolean refusedWhenLate) {
    static final Change CREATE = new Change(Script.load("create"), true);
    static final Change USE = new Change(Script.load("use"), true);
    static final Change UPDATE = new Change(Script.load("update"), true);
    static final Change ROTATE = new Change(Script.load("rotate"), true);
    static final Change REAUTHENTICATE = new Change(Script.load("reauthenticate"), true);
    static final Change DESTROY = new Change(Script.load("destroy"), false);
    static final Change DESTROY_MANY = new Change(Script.load("destroy_many"), false);
    static final Change SWEEP = new Change(Script.load("sweep"), true);

    /** None, but where it cannot run no other can. */
    static final Change PROBE = new Change(Script.load("probe"), true);
}
