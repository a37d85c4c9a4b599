package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of faults in docs/operations.md")
class FaultTableTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|([^|\\n]+)\\|([^|\\n]+)\\|([^|\\n]+)\\|$");
    /** Those that concern Redis or the process, without which the table would not be one. */
    private static final List<Integer> REQUIRED = Stream.of(
                    IntStream.rangeClosed(1, 18), IntStream.rangeClosed(20, 22), IntStream.of(25, 28, 31, 32))
            .flatMap(IntStream::boxed)
            .toList();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *@.*?\\{$");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"fault-(\\d+)\"\\)");

    /** Those of tests that run. */
    private static Set<Integer> tagged() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("src/test/java"))) {
            Set<Integer> numbers = new TreeSet<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                numbers.addAll(tagged(Files.readString(file)));
            }
            return numbers;
        }
    }

    /** What stands before a class or a method, from its first annotation to its brace, is one block. */
    static Set<Integer> tagged(String source) {
        Set<Integer> numbers = new TreeSet<>();
        if (Pattern.compile("(?m)^@Disabled").matcher(source).find()) {
            return numbers;
        }
        for (MatchResult block : BLOCK.matcher(source).results().toList()) {
            if (!block.group().contains("@Disabled")) {
                TAG.matcher(block.group()).results().forEach(tag -> numbers.add(Integer.valueOf(tag.group(1))));
            }
        }
        return numbers;
    }

    private static List<Integer> rows() throws IOException {
        return ROW.matcher(Files.readString(ROOT.resolve("docs/operations.md")))
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();
    }

    @Test
    @DisplayName("has the rows that it must have, each with a test that runs")
    void requiredRows() throws IOException {
        assertThat(rows()).containsAll(REQUIRED);
        assertThat(tagged()).containsAll(REQUIRED);
    }

    @Test
    @DisplayName("counts no test that is disabled")
    void disabled() {
        String source = """
                @Tag("fault-1")
                class A {
                    @Test
                    @Tag("fault-2")
                    void runs() {
                    }

                    @Test
                    @Disabled("for a while")
                    @Tag("fault-3")
                    void doesNot() {
                    }
                }
                """;
        assertThat(tagged(source)).containsExactly(1, 2);
        assertThat(tagged("@Disabled\n" + source)).isEmpty();
    }

    @Test
    @DisplayName("has one row for each fault that a test brings about, in their order, and no other")
    void rowsAreTests() throws IOException {
        assertThat(rows()).containsExactlyElementsOf(tagged());
    }

    @Test
    @DisplayName("says in each row what callers see and what heals it")
    void rowsAreComplete() throws IOException {
        Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/operations.md")));
        while (row.find()) {
            for (int cell = 2; cell <= 4; cell++) {
                assertThat(row.group(cell).strip()).as("row " + row.group(1)).isNotEmpty();
            }
        }
    }
}
