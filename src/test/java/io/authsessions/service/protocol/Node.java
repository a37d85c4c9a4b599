package io.authsessions.service.protocol;

import static io.authsessions.service.protocol.World.*;

import java.util.Set;

/** What a node does with messages, marks and what it has read of the session. */
final class Node {
    /** One round of waiting is enough to have all cases, and two would need many more states. */
    private static final int PATIENT_ROUNDS = 1;

    // Of a load: that there was a lease when it was sent; what happened since.
    private static final int HAD_LEASE = 1;
    private static final int NAMED = 2;
    private static final int DROPPED = 4;

    private final Set<Fault> faults;
    private final Set<Rule> reached;

    Node(Set<Fault> faults, Set<Rule> reached) {
        this.faults = faults;
        this.reached = reached;
    }

    static int freshMark(World world, int markField, Set<Fault> faults) {
        int mark = faults.contains(Fault.MARKS_COUNT) ? Math.max(0, world.get(markField)) + 1 : world.get(NEXT_MARK);
        world.set(markField, mark).set(NEXT_MARK, world.get(NEXT_MARK) + 1);
        return mark;
    }

    private static boolean applied(World world, int node, int mark) {
        return mark != NONE && (world.get(node, APPLIED) >> mark & 1) == 1;
    }

    void take(World world, int node, int previous, int mark, boolean names) {
        boolean known = applied(world, node, mark);
        if (!known && world.get(node, APPLIED) != 0 && world.get(node, LAST) != previous) {
            reached.add(Rule.MESSAGE_AFTER_LOSS);
            if (!faults.contains(Fault.CHAIN_UNCHECKED)) {
                drop(world, node, true);
            }
        } else {
            reached.add(known ? Rule.MESSAGE_KNOWN : Rule.MESSAGE_FOLLOWS);
        }
        if (names) {
            world.set(node, COPY, NONE).set(node, COPY_EPOCH, 0);
            flag(world, node, NAMED);
        }
        if (!known) {
            apply(world, node, mark);
            if (world.get(node, AHEAD) == mark) {
                reached.add(Rule.MESSAGE_PROVES_READ);
                int sentAgo = world.get(node, AHEAD_SENT_AGO);
                extend(world, node, faults.contains(Fault.LEASE_FROM_MESSAGE) ? 0 : sentAgo);
                notAhead(world, node);
            }
        }
    }

    private static void apply(World world, int node, int mark) {
        world.set(node, APPLIED, world.get(node, APPLIED) | 1 << mark)
                .set(node, LAST, mark)
                .set(node, READ_SINCE_LAST, 0);
    }

    static void notAhead(World world, int node) {
        world.set(node, AHEAD, NONE).set(node, AHEAD_SENT_AGO, NONE).set(node, UNKNOWN_ROUNDS, 0);
    }

    private static void extend(World world, int node, int sentAgo) {
        world.set(node, LEASE_LEFT, Math.max(world.get(node, LEASE_LEFT), Protocol.LEASE - sentAgo));
    }

    private void drop(World world, int node, boolean newEpoch) {
        world.set(node, LEASE_LEFT, NONE).set(node, APPLIED, 0).set(node, LAST, 0);
        notAhead(world, node);
        if (newEpoch) {
            world.set(node, EPOCH, world.get(node, EPOCH) + 1);
            flag(world, node, DROPPED);
        }
    }

    private void flag(World world, int node, int flag) {
        int flags = world.get(node, LOAD_FLAGS);
        if (world.get(node, LOAD) == 0 || flags == 0) {
            return;
        }
        reached.add(flag == NAMED ? Rule.LOAD_NAMED : Rule.LOAD_OF_OLD_EPOCH);
        // What is not kept anyhow need not be told apart any more, where all rules hold.
        world.set(node, LOAD_FLAGS, faults.isEmpty() ? 0 : flags | flag);
    }

    void beginLoad(World world, int node, boolean asked) {
        boolean lease = world.get(node, LEASE_LEFT) != NONE;
        boolean mayBeKept = lease || faults.contains(Fault.LOAD_KEPT_WITHOUT_LEASE);
        if (!lease) {
            reached.add(Rule.LOAD_WITHOUT_LEASE);
        }
        world.set(node, LOAD, 1)
                .set(node, LOAD_BEHIND, mayBeKept ? world.get(node, APPLIED) & ~(1 << world.get(node, LAST)) : 0)
                .set(node, LOAD_FLAGS, mayBeKept ? HAD_LEASE : 0)
                .set(node, LOAD_ASKED, asked ? 1 : 0);
    }

    void endLoad(World world, int node) {
        int value = world.get(node, LOAD_VALUE);
        if (mayKeep(world, node) && value != NONE) {
            reached.add(Rule.LOAD_KEPT);
            world.set(node, COPY, value).set(node, COPY_EPOCH, world.get(node, EPOCH));
        }
        for (int field = LOAD; field <= LOAD_ASKED; field++) {
            world.set(node, field, 0);
        }
    }

    private boolean mayKeep(World world, int node) {
        int flags = world.get(node, LOAD_FLAGS);
        if (flags == 0
                || ((flags & NAMED) != 0 && !faults.contains(Fault.LOAD_KEPT_ALTHOUGH_NAMED))
                || ((flags & DROPPED) != 0 && !faults.contains(Fault.LOAD_KEPT_OVER_EPOCHS))) {
            return false;
        }
        int mark = world.get(node, LOAD_MARK);
        if (!applied(world, node, mark)) {
            reached.add(Rule.LOAD_OF_UNKNOWN_MARK);
            return faults.contains(Fault.LOAD_KEPT_BY_NO_MARK);
        }
        if ((world.get(node, LOAD_BEHIND) >> mark & 1) == 1) {
            reached.add(Rule.LOAD_OF_OLD_MARK);
            return faults.contains(Fault.LOAD_KEPT_BY_NO_MARK) || faults.contains(Fault.LOAD_KEPT_BY_ANY_MARK);
        }
        return true;
    }

    static void endRead(World world, int node) {
        world.set(node, READ, 0)
                .set(node, READ_SENT_AGO, NONE)
                .set(node, READ_SINCE_LAST, 0)
                .set(node, READ_VALUE, 0);
    }

    /** Takes the answer to the read of the mark. */
    void marked(World world, int node) {
        int mark = world.get(node, READ_VALUE);
        int sentAgo = faults.contains(Fault.LEASE_FROM_REPLY) ? 0 : world.get(node, READ_SENT_AGO);
        boolean sinceLast = world.get(node, READ_SINCE_LAST) == 1;
        if (mark == NONE) {
            missing(world, node);
        } else if (world.get(node, APPLIED) == 0) {
            adopt(world, node, mark, sentAgo, Rule.MARK_ADOPTED_AT_ONCE);
        } else if (!applied(world, node, mark)) {
            unknown(world, node, mark, sentAgo);
        } else if (mark != world.get(node, LAST) && sinceLast) {
            drop(world, node, true);
            adopt(world, node, mark, sentAgo, Rule.MARK_OLDER);
        } else {
            reached.add(Rule.MARK_APPLIED);
            notAhead(world, node);
            extend(world, node, sentAgo);
        }
        endRead(world, node);
    }

    private void missing(World world, int node) {
        reached.add(Rule.MARK_MISSING);
        if (world.get(node, APPLIED) != 0) {
            drop(world, node, !faults.contains(Fault.MISSING_WITHOUT_EPOCH));
        }
        if (world.get(MARK) == NONE) {
            freshMark(world, MARK, faults);
        }
    }

    private void unknown(World world, int node, int mark, int sentAgo) {
        if (world.get(node, UNKNOWN_ROUNDS) >= PATIENT_ROUNDS) {
            drop(world, node, !faults.contains(Fault.ADOPTED_WITHOUT_EPOCH));
            adopt(world, node, mark, sentAgo, Rule.MARK_ADOPTED_IN_THE_END);
        } else {
            reached.add(Rule.MARK_WAITED_FOR);
            world.set(node, UNKNOWN_ROUNDS, world.get(node, UNKNOWN_ROUNDS) + 1)
                    .set(node, AHEAD, mark)
                    .set(node, AHEAD_SENT_AGO, sentAgo);
        }
    }

    private void adopt(World world, int node, int mark, int sentAgo, Rule rule) {
        reached.add(rule);
        apply(world, node, mark);
        extend(world, node, sentAgo);
    }
}
