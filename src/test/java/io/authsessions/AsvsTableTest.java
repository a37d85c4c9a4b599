package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of requirements in docs/asvs.md")
class AsvsTableTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([\\d., ]+?) \\|([^|\\n]*)\\|([^|\\n]+)\\|$");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"ASVS-([\\d.]+)\"\\)");

    private record Row(Set<String> requirements, String done, String proof) {
        boolean isApplicable() {
            return !proof.startsWith("not applicable, because ");
        }

        Set<String> tests() {
            return NAME.matcher(proof).results().map(name -> name.group(1)).collect(Collectors.toSet());
        }
    }

    private static List<Row> rows() throws IOException {
        return ROW.matcher(Files.readString(ROOT.resolve("docs/asvs.md")))
                .results()
                .map(AsvsTableTest::row)
                .toList();
    }

    private static Row row(MatchResult row) {
        Set<String> requirements =
                Arrays.stream(row.group(1).split(",")).map(String::strip).collect(Collectors.toSet());
        return new Row(requirements, row.group(2).strip(), row.group(3).strip());
    }

    /** By the name of the class, the numbers that it or what is in it is tagged with; none where nothing is. */
    private static Map<String, Set<String>> tags() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("src/test/java"))) {
            Map<String, Set<String>> tags = new HashMap<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Set<String> numbers = new TreeSet<>();
                TAG.matcher(Files.readString(file)).results().forEach(tag -> numbers.add(tag.group(1)));
                tags.put(file.getFileName().toString().replace(".java", ""), numbers);
            }
            return tags;
        }
    }

    @Test
    @DisplayName("has each requirement once, with what is done and who proves it, or why it does not apply")
    void rowsAreComplete() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(40);
        assertThat(rows().stream().flatMap(row -> row.requirements().stream())).doesNotHaveDuplicates();
        assertThat(rows()).allSatisfy(row -> {
            assertThat(row.tests().isEmpty()).isEqualTo(!row.isApplicable());
            assertThat(row.done().isEmpty()).isEqualTo(!row.isApplicable());
        });
    }

    @Test
    @DisplayName("names tests that there are, which carry its numbers")
    void rowsAreTests() throws IOException {
        Map<String, Set<String>> tags = tags();
        for (Row row : rows()) {
            for (String test : row.tests()) {
                assertThat(tags.getOrDefault(test, Set.of()))
                        .as("%s of %s", test, row.requirements())
                        .containsAnyElementsOf(row.requirements());
            }
        }
    }

    @Test
    @DisplayName("names each test that carries a number, in the row of that number")
    void testsAreRows() throws IOException {
        tags().forEach((test, numbers) -> assertThat(numbers).allSatisfy(number -> assertThat(rows())
                .as("%s, tagged %s", test, number)
                .anyMatch(row ->
                        row.requirements().contains(number) && row.tests().contains(test))));
    }
}
