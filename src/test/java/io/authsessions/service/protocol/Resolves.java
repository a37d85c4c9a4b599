package io.authsessions.service.protocol;

import static io.authsessions.service.protocol.World.*;

import java.util.Set;
import java.util.function.Consumer;

/** The steps of a resolve, and whether its answer may be given. */
final class Resolves {
    static final int BEGUN = 1;
    static final int HALF = 2;
    static final int SEEN = 3;
    static final int MISSED = 4;

    private final Set<Fault> faults;
    private final Set<Rule> reached;

    Resolves(Set<Fault> faults, Set<Rule> reached) {
        this.faults = faults;
        this.reached = reached;
    }

    void next(World world, int node, Consumer<World> to) {
        boolean swapped = faults.contains(Fault.COPY_BEFORE_LEASE);
        switch (world.get(node, RESOLVE)) {
            case 0 -> begin(world, node, to);
            case BEGUN -> to.accept(swapped ? lookUp(world, node, HALF) : readLease(world, node, HALF));
            case HALF -> to.accept(swapped ? readLease(world, node, SEEN) : lookUp(world, node, SEEN));
            case SEEN -> to.accept(judged(world, node));
            default -> {}
        }
    }

    private static void begin(World world, int node, Consumer<World> to) {
        for (int token = 0; token < 2; token++) {
            if (world.get(RESOLVES_LEFT) > 0 && canGoWrong(world, token)) {
                to.accept(world.copy()
                        .less(RESOLVES_LEFT)
                        .set(node, RESOLVE, BEGUN)
                        .set(node, RESOLVE_TOKEN, token)
                        .set(node, RESOLVE_LATE, world.get(KILLED_AGO + token) > Protocol.LEASE ? 1 : 0));
            }
        }
    }

    /**
     * Resolves change nothing for others, so only those are of interest that begin when their token has been dead for
     * longer than the bound, or is good and may be held against an older copy.
     */
    private static boolean canGoWrong(World world, int token) {
        boolean good = world.get(ALIVE) == 1 && world.get(TOKEN) == token;
        return world.get(KILLED_AGO + token) > Protocol.LEASE || (good && token == 1);
    }

    /** Step (a). */
    private static World readLease(World world, int node, int step) {
        return world.copy()
                .set(node, RESOLVE, step)
                .set(node, SEEN_LEASE_LEFT, world.get(node, LEASE_LEFT))
                .set(node, SEEN_EPOCH, world.get(node, EPOCH));
    }

    /** Step (b). */
    private static World lookUp(World world, int node, int step) {
        return world.copy()
                .set(node, RESOLVE, step)
                .set(node, SEEN_COPY, world.get(node, COPY))
                .set(node, SEEN_COPY_EPOCH, world.get(node, COPY_EPOCH));
    }

    /** Steps (c) and (d): the clock is read last, so nothing that comes between them matters. */
    private World judged(World world, int node) {
        int copy = world.get(node, SEEN_COPY);
        boolean counts = copy != NONE
                && world.get(node, SEEN_COPY_EPOCH) == world.get(node, SEEN_EPOCH)
                && world.get(node, SEEN_LEASE_LEFT) != NONE;
        boolean matches = copy == world.get(node, RESOLVE_TOKEN);
        World after = world.copy();
        end(after, node);
        if (counts && (matches || faults.contains(Fault.NEGATIVE_FROM_COPY))) {
            reached.add(Rule.HIT);
            answer(world, node, matches);
            return after;
        }
        reached.add(Rule.MISS);
        // A read that is sent from here on is of now or later. Only who takes an earlier one can be wrong.
        if (faults.contains(Fault.JOIN_SENT_READ)) {
            after.set(node, RESOLVE, MISSED)
                    .set(node, RESOLVE_TOKEN, world.get(node, RESOLVE_TOKEN))
                    .set(node, RESOLVE_LATE, world.get(node, RESOLVE_LATE));
        }
        return after;
    }

    static void end(World world, int node) {
        for (int field = RESOLVE; field <= SEEN_COPY_EPOCH; field++) {
            world.set(node, field, 0);
        }
        world.set(node, SEEN_LEASE_LEFT, NONE);
    }

    /** A failover has lost that this token was ended; what Redis did not keep nobody promises. */
    static void neverEnded(World world, int token) {
        world.set(KILLED_AGO + token, NONE);
        for (int node = 0; node < world.nodes(); node++) {
            if (world.get(node, RESOLVE_TOKEN) == token) {
                world.set(node, RESOLVE_LATE, 0);
            }
        }
    }

    /** Answers by what was read. What a server says that is no primary any more is not for a cache to mend. */
    void loaded(World world, int node) {
        if (world.get(node, LOAD_OLD) == 0) {
            answer(world, node, world.get(node, LOAD_VALUE) == world.get(node, RESOLVE_TOKEN));
        }
    }

    /** Holds an answer against what happened in Redis. */
    private static void answer(World world, int node, boolean positive) {
        if (positive && world.get(node, RESOLVE_LATE) == 1) {
            throw new Violation(Violation.Kind.ENDED_RESOLVES);
        }
        boolean killed = world.get(KILLED_AGO + world.get(node, RESOLVE_TOKEN)) != NONE;
        if (!positive && !killed && world.get(SWAPPED) == 0) {
            throw new Violation(Violation.Kind.GOOD_REFUSED);
        }
    }
}
