package io.authsessions.service.protocol;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** Visits every state that can be reached, each once, until a rule is broken or there are no more. */
final class Explorer {
    /**
     * What came of it.
     *
     * @param states that were visited
     * @param violation what went wrong first, or null
     */
    record Outcome(int states, Violation.Kind violation) {}

    private Explorer() {}

    static Outcome explore(Protocol protocol, World start) {
        Set<World> seen = new HashSet<>();
        ArrayDeque<World> open = new ArrayDeque<>();
        seen.add(start);
        open.add(start);
        try {
            while (!open.isEmpty()) {
                protocol.next(open.removeLast(), reached -> {
                    if (seen.add(reached.settled())) {
                        open.addLast(reached);
                    }
                });
            }
            return new Outcome(seen.size(), null);
        } catch (Violation violation) {
            return new Outcome(seen.size(), violation.kind());
        }
    }
}
