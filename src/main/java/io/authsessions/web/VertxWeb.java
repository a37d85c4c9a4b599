package io.authsessions.web;

/** The library that all of this package stands on, and that an application may have left out. */
final class VertxWeb {
    private VertxWeb() {}

    /**
     * Asked before anything is made, while the JVM has not met a type of the library yet.
     *
     * @param who needs it
     * @throws IllegalStateException if it is not on the class path
     */
    static void requireFor(Class<?> who) {
        try {
            Class.forName("io.vertx.ext.web.RoutingContext", false, VertxWeb.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(who.getSimpleName() + " needs io.vertx:vertx-web on the class path", e);
        }
    }
}
