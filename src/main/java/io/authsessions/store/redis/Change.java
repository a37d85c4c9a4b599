package io.authsessions.store.redis;

/** The changes that the store makes, each one script. */
enum Change {
    CREATE("create"),
    USE("use"),
    UPDATE("update"),
    ROTATE("rotate"),
    REAUTHENTICATE("reauthenticate"),
    DESTROY("destroy"),
    DESTROY_MANY("destroy_many"),
    SWEEP("sweep"),
    /** None, but where it cannot run no other can. */
    PROBE("probe");

    private final Script script;

    Change(String name) {
        this.script = Script.load(name);
    }

    Script script() {
        return script;
    }

    /** Whether it must not happen once its caller has given up. An end that comes late is still an end. */
    boolean refusedWhenLate() {
        return this != DESTROY && this != DESTROY_MANY;
    }
}
