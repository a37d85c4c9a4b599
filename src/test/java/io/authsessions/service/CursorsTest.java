package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.store.ListQuery.Position;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;

@Tag("ASVS-9.1.1")
@Label("A cursor")
@Tag("corpus-55")
class CursorsTest {
    private static void assertRefused(String cursor, Order order, String scope) {
        InvalidRequestException refused =
                catchThrowableOfType(InvalidRequestException.class, () -> Cursors.read(cursor, order, scope));
        assertThat(refused).as("a refusal of %s", cursor).isNotNull();
        assertThat(refused.errors()).extracting(FieldError::field).containsExactly("cursor");
        assertThat(refused.getMessage()).doesNotContain("../");
    }

    @Provide
    Arbitrary<Position> positions() {
        Arbitrary<String> ids = Arbitraries.strings()
                .alpha()
                .numeric()
                .ofLength(22)
                .filter(id -> id.chars().allMatch(c -> c < 128));
        return Combinators.combine(Arbitraries.longs(), ids).as(Position::new);
    }

    @Property(tries = 300)
    @Label("leads back to its place, in the list that it was made for and in no other")
    void roundTrip(@ForAll("positions") Position position, @ForAll Order order, @ForAll String scope) {
        String cursor = Cursors.write(position, order, scope);
        assertThat(Cursors.read(cursor, order, scope)).isEqualTo(position);
        assertRefused(cursor, order == Order.USED ? Order.CREATED : Order.USED, scope);
        assertRefused(cursor, order, scope + "x");
        assertRefused(cursor, order, "x" + scope);
    }

    @Property(tries = 300)
    @Label("with any one character changed, left out or put in is refused")
    void damage(
            @ForAll("positions") Position position,
            @ForAll Order order,
            @ForAll @IntRange(max = 100) int where,
            @ForAll @AlphaChars @NumericChars @StringLength(1) String other) {
        String cursor = Cursors.write(position, order, "ann");
        int at = where % cursor.length();
        String before = cursor.substring(0, at);
        String after = cursor.substring(at + 1);
        if (!cursor.substring(at, at + 1).equals(other)) {
            assertRefused(before + other + after, order, "ann");
        }
        assertRefused(before + after, order, "ann");
        assertRefused(before + cursor.charAt(at) + "_" + after, order, "ann");
        assertRefused(before, order, "ann");
    }

    @Property(tries = 300)
    @Label("that somebody made up is refused")
    void madeUp(@ForAll @StringLength(max = 80) String text, @ForAll Order order) {
        assertRefused(text, order, Cursors.ALL);
    }

    @Example
    @Label("that is empty, a path, 10 KB long, or made of separators is refused")
    void corpus() {
        for (String cursor : List.of("", "../", "-", "--", "---", "0--", "-0-0", "x".repeat(10_240), "-".repeat(48))) {
            assertRefused(cursor, Order.USED, Cursors.ALL);
        }
    }

    @Example
    @Label("with a right check over what is no place is refused")
    void rightCheckWrongPlace() {
        for (String id : List.of("", "short", "!".repeat(22))) {
            String cursor = Cursors.write(new Position(5, id), Order.USED, Cursors.ALL);
            assertRefused(cursor, Order.USED, Cursors.ALL);
        }
    }

    @Example
    @Label("with a right check over what is no number is refused")
    void rightCheckWrongNumber() {
        String id = "0".repeat(22);
        assertThat(Cursors.read(ForgedCursor.of("f".repeat(16) + "-" + id, ""), Order.USED, Cursors.ALL))
                .isEqualTo(new Position(-1, id));
        for (String number : List.of("zz", "+5", "-5", " 5", "5 ", "0x5", "FF", "", "f".repeat(17), "\u0665")) {
            assertRefused(ForgedCursor.of(number + "-" + id, ""), Order.USED, Cursors.ALL);
        }
    }

    @Example
    @Label("that is absent stands for the beginning, and the end has none")
    void absent() {
        assertThat(Cursors.read(null, Order.USED, Cursors.ALL)).isNull();
        assertThat(Cursors.write(null, Order.USED, Cursors.ALL)).isNull();
    }
}
