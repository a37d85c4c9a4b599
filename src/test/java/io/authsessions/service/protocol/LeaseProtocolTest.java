package io.authsessions.service.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.service.protocol.Explorer.Outcome;
import io.authsessions.service.protocol.Violation.Kind;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The model of what docs/decisions/0009 argues: every order of events, each reached once. */
@DisplayName("The protocol of the near cache")
@Execution(ExecutionMode.CONCURRENT)
class LeaseProtocolTest {
    /** Two changes and two reads of the mark, one of them of a session that is held. */
    private static final Budget MARKS = new Budget(2, 1, 1, 0, 0, 2, 1);

    /** Two changes, one load, one read of the mark. */
    private static final Budget LOADS = new Budget(2, 1, 0, 0, 1, 1, 1);

    /** As above, and another server answers too. */
    private static final Budget FAILOVER = new Budget(2, 0, 0, 1, 1, 1, 1);

    private final Set<Rule> reached = EnumSet.noneOf(Rule.class);

    private Outcome explore(Set<Fault> faults, int nodes, Budget budget) {
        Protocol protocol = new Protocol(faults);
        Outcome outcome = Explorer.explore(protocol, Protocol.start(nodes, budget));
        reached.addAll(protocol.reached());
        System.out.println("explorer: " + nodes + " nodes, " + budget + (faults.isEmpty() ? "" : ", " + faults) + ": "
                + outcome.states() + " states, "
                + (outcome.violation() == null ? "no violation" : outcome.violation()));
        return outcome;
    }

    private int holds(int nodes, Budget budget) {
        Outcome outcome = explore(Set.of(), nodes, budget);
        assertThat(outcome.violation()).isNull();
        return outcome.states();
    }

    @Test
    @DisplayName("keeps the bound in every state, and comes to every one of its rules: lost messages, a lost mark,"
            + " loads, another primary, two nodes")
    void keepsTheBound() {
        int states = holds(1, MARKS)
                + holds(1, LOADS)
                + holds(1, FAILOVER)
                + holds(1, FAILOVER.withLoads(0).withFailovers(2))
                + holds(2, new Budget(1, 1, 0, 0, 1, 1, 1))
                + holds(2, new Budget(1, 0, 1, 0, 0, 2, 1));
        assertThat(reached).containsExactlyInAnyOrder(Rule.values());
        assertThat(states).isGreaterThan(1_000_000);
    }

    @Test
    @Tag("slow")
    @DisplayName("keeps the bound in every state with more of everything")
    void keepsTheBoundLonger() {
        int states = holds(1, MARKS.withReads(3))
                + holds(1, MARKS.withLoads(1))
                + holds(1, FAILOVER.withMessageLosses(1))
                + holds(1, FAILOVER.withFailovers(2))
                + holds(1, FAILOVER.withReads(2))
                + holds(2, new Budget(2, 1, 0, 0, 0, 2, 1))
                + holds(2, new Budget(1, 1, 1, 0, 1, 1, 1));
        assertThat(states).isGreaterThan(10_000_000);
    }

    private static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(Fault.COPY_BEFORE_LEASE, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.LOAD_KEPT_ALTHOUGH_NAMED, LOADS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.LOAD_KEPT_BY_NO_MARK, FAILOVER, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.LOAD_KEPT_BY_ANY_MARK, FAILOVER, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.LEASE_FROM_REPLY, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.LEASE_FROM_MESSAGE, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.MARK_READ_ANYWHERE, FAILOVER, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.CHAIN_UNCHECKED, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.ADOPTED_WITHOUT_EPOCH, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.MISSING_WITHOUT_EPOCH, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.MARKS_COUNT, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.SAME_MARK_TWICE, MARKS, Kind.ENDED_RESOLVES),
                Arguments.of(Fault.NEGATIVE_FROM_COPY, MARKS, Kind.GOOD_REFUSED),
                Arguments.of(Fault.JOIN_SENT_READ, LOADS, Kind.GOOD_REFUSED),
                Arguments.of(Fault.SILENT_EVICTION, MARKS, Kind.ENDED_RESOLVES));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    @DisplayName("would not keep it, and the explorer finds how, with any one of its rules left out")
    void findsFault(Fault fault, Budget budget, Kind kind) {
        assertThat(explore(Set.of(fault), 1, budget).violation()).isEqualTo(kind);
    }

    private static Stream<Arguments> guarded() {
        return Stream.of(
                Arguments.of(Fault.LOAD_KEPT_OVER_EPOCHS, LOADS),
                Arguments.of(Fault.LOAD_KEPT_WITHOUT_LEASE, new Budget(1, 1, 1, 0, 1, 2, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("guarded")
    @DisplayName("has two rules of loads that the mark makes up for, and would need each of them without it")
    void guardedTwice(Fault fault, Budget budget) {
        assertThat(explore(Set.of(fault, Fault.LOAD_KEPT_BY_NO_MARK), 1, budget).violation())
                .isEqualTo(Kind.ENDED_RESOLVES);
    }
}
