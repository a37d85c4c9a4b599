package io.authsessions.server;

import java.io.Console;

/** Whether a person looks on. */
final class Terminal {
    private Terminal() {}

    /**
     * Whether standard input and output are a terminal. Before Java 22 there is a console only then; since, there always
     * is one, and it says so itself by a method that Java 17 does not have.
     */
    @SuppressWarnings("SystemConsoleNull") // that is what the rest of it is for
    static boolean isAttached() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
