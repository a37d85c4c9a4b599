package io.authsessions.service.protocol;

import static io.authsessions.service.protocol.World.*;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The protocol of the near cache as a set of steps from one state to the next, each of which Redis or a node does at once
 * and which can come in any order: changes in Redis, the delivery and the loss of messages, the loss of the mark, a
 * failover, loads and reads of the mark (sent, executed, answered), the four steps of a hit, the passing of time. After a
 * failover the server that was the primary, or is behind it, goes on answering loads and taking changes, which it will
 * lose. Who changes a session is left open: the bound must hold without the help that a node is to itself.
 */
final class Protocol {
    static final int LEASE = 2;

    private final Set<Fault> faults;
    private final Node node;
    private final Resolves resolves;
    private final Set<Rule> reached = EnumSet.noneOf(Rule.class);

    Protocol(Set<Fault> faults) {
        this.faults = faults;
        this.node = new Node(faults, reached);
        this.resolves = new Resolves(faults, reached);
    }

    /** What steps have come to so far. */
    Set<Rule> reached() {
        return reached;
    }

    /** All nodes have just read the mark, and hold a copy. */
    static World start(int nodes, Budget budget) {
        World world = new World(nodes)
                .set(NEXT_MARK, 1)
                .set(ALIVE, 1)
                .set(KILLED_AGO, NONE)
                .set(KILLED_AGO + 1, NONE)
                .set(CHANGES_LEFT, budget.changes())
                .set(LOSSES_LEFT, budget.messageLosses())
                .set(MARK_LOSSES_LEFT, budget.markLosses())
                .set(FAILOVERS_LEFT, budget.failovers())
                .set(LOADS_LEFT, budget.loads())
                .set(READS_LEFT, budget.reads())
                .set(RESOLVES_LEFT, budget.resolves());
        for (int number = 0; number < nodes; number++) {
            world.set(number, APPLIED, 1).set(number, LEASE_LEFT, LEASE).set(number, COPY, 0);
            Node.notAhead(world, number);
            Node.endRead(world, number);
            Resolves.end(world, number);
        }
        return world;
    }

    void next(World world, Consumer<World> to) {
        if (world.over()) {
            return;
        }
        to.accept(world.later(LEASE));
        change(world, to);
        failOver(world, to);
        if (world.get(MARK_LOSSES_LEFT) > 0 && world.get(MARK) != NONE) {
            to.accept(world.copy().less(MARK_LOSSES_LEFT).set(MARK, NONE));
        }
        for (int number = 0; number < world.nodes(); number++) {
            feed(world, number, to);
            load(world, number, to);
            read(world, number, to);
            resolves.next(world, number, to);
        }
    }

    private void change(World world, Consumer<World> to) {
        if (world.get(CHANGES_LEFT) == 0) {
            return;
        }
        World spent = world.copy().less(CHANGES_LEFT);
        announced(spent, MARK, 0, to);
        if (world.get(ALIVE) == 1) {
            World ended = kill(spent).set(ALIVE, 0);
            if (faults.contains(Fault.SILENT_EVICTION)) {
                to.accept(ended);
            } else {
                announced(ended, MARK, 1, to);
            }
            if (world.get(TOKEN) == 0) {
                announced(kill(spent).set(TOKEN, 1), MARK, 1, to);
            }
        }
        if (world.get(OLD) == 1) {
            announced(spent, OLD_MARK, 0, to);
            if (world.get(OLD_ALIVE) == 1) {
                announced(spent.copy().set(OLD_ALIVE, 0), OLD_MARK, 1, to);
            }
        }
    }

    private static World kill(World world) {
        return world.copy().set(KILLED_AGO + world.get(TOKEN), 0);
    }

    private void announced(World changed, int markField, int names, Consumer<World> to) {
        World world = changed.copy();
        int previous = world.get(markField);
        publish(world, previous, Node.freshMark(world, markField, faults), names);
        to.accept(world);
        if (faults.contains(Fault.SAME_MARK_TWICE)) {
            for (int mark = 1; mark < changed.get(NEXT_MARK); mark++) {
                if (mark != previous) {
                    World again = changed.copy().set(markField, mark);
                    publish(again, previous, mark, names);
                    to.accept(again);
                }
            }
        }
    }

    private static void publish(World world, int previous, int mark, int names) {
        for (int number = 0; number < world.nodes(); number++) {
            world.publish(number, previous, mark, names);
        }
    }

    /** First the primary is replaced by one that has everything; then that by the other, and what was changed since is lost. */
    private static void failOver(World world, Consumer<World> to) {
        if (world.get(FAILOVERS_LEFT) == 0) {
            return;
        }
        World after = world.copy().less(FAILOVERS_LEFT);
        after.set(OLD, 1)
                .set(OLD_MARK, world.get(MARK))
                .set(OLD_TOKEN, world.get(TOKEN))
                .set(OLD_ALIVE, world.get(ALIVE));
        if (world.get(OLD) == 1) {
            after.set(SWAPPED, 1)
                    .set(MARK, world.get(OLD_MARK))
                    .set(TOKEN, world.get(OLD_TOKEN))
                    .set(ALIVE, world.get(OLD_ALIVE));
            for (int token = 0; token < 2; token++) {
                if (after.get(ALIVE) == 1 && token >= after.get(TOKEN)) {
                    Resolves.neverEnded(after, token);
                }
            }
        }
        to.accept(after);
    }

    private void feed(World world, int number, Consumer<World> to) {
        if (world.get(number, FEED_SIZE) == 0) {
            return;
        }
        World delivered = world.copy();
        delivered.shift(number);
        int at = FEED;
        node.take(delivered, number, world.get(number, at), world.get(number, at + 1), world.get(number, at + 2) == 1);
        to.accept(delivered);
        if (world.get(LOSSES_LEFT) > 0) {
            World lost = world.copy().less(LOSSES_LEFT);
            lost.shift(number);
            to.accept(lost);
            World reconnected = world.copy().less(LOSSES_LEFT);
            while (reconnected.get(number, FEED_SIZE) > 0) {
                reconnected.shift(number);
            }
            to.accept(reconnected);
        }
    }

    private void load(World world, int number, Consumer<World> to) {
        int stage = world.get(number, LOAD);
        boolean missed = world.get(number, RESOLVE) == Resolves.MISSED;
        if (stage == 0 && world.get(LOADS_LEFT) > 0) {
            World sent = world.copy().less(LOADS_LEFT);
            node.beginLoad(sent, number, missed);
            to.accept(sent);
        } else if (stage == 1) {
            to.accept(executed(world, number, 0, TOKEN, ALIVE, MARK));
            if (world.get(OLD) == 1) {
                to.accept(executed(world, number, 1, OLD_TOKEN, OLD_ALIVE, OLD_MARK));
            }
        } else if (stage == 2) {
            World after = world.copy();
            node.endLoad(after, number);
            if (world.get(number, LOAD_ASKED) == 1) {
                resolves.loaded(world, number);
                Resolves.end(after, number);
            }
            to.accept(after);
        }
        if (faults.contains(Fault.JOIN_SENT_READ) && stage > 0 && missed && world.get(number, LOAD_ASKED) == 0) {
            to.accept(world.copy().set(number, LOAD_ASKED, 1));
        }
    }

    private static World executed(World world, int number, int old, int token, int alive, int mark) {
        return world.copy()
                .set(number, LOAD, 2)
                .set(number, LOAD_VALUE, world.get(alive) == 1 ? world.get(token) : NONE)
                .set(number, LOAD_MARK, world.get(mark))
                .set(number, LOAD_OLD, old);
    }

    private void read(World world, int number, Consumer<World> to) {
        int stage = world.get(number, READ);
        if (stage == 0 && world.get(READS_LEFT) > 0) {
            to.accept(world.copy()
                    .less(READS_LEFT)
                    .set(number, READ, 1)
                    .set(number, READ_SENT_AGO, 0)
                    .set(number, READ_SINCE_LAST, 1));
        } else if (stage == 1) {
            to.accept(world.copy().set(number, READ, 2).set(number, READ_VALUE, world.get(MARK)));
            if (faults.contains(Fault.MARK_READ_ANYWHERE) && world.get(OLD) == 1) {
                to.accept(world.copy().set(number, READ, 2).set(number, READ_VALUE, world.get(OLD_MARK)));
            }
        } else if (stage == 2) {
            World after = world.copy();
            node.marked(after, number);
            to.accept(after);
        }
    }
}
