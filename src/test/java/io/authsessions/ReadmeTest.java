package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the Java in the documents against compiled code. Each block is preceded by the comment
 * {@code <!-- snippet: path/of/File.java#region -->}, and the file marks the region with {@code // tag::region} and
 * {@code // end::region}.
 */
@DisplayName("The documents")
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- snippet: (?<path>[^#\\s]+)#(?<region>\\S+) -->\\R)?```java\\R(?<code>.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?<target>[^)#:\\s]+)(?:#[^)]*)?\\)");

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    @DisplayName("show no Java but regions of compiled code")
    Stream<DynamicTest> snippets() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path document : documents()) {
            Matcher block = BLOCK.matcher(Files.readString(document));
            while (block.find()) {
                String path = block.group("path");
                String region = block.group("region");
                String code = block.group("code");
                String name = ROOT.relativize(document) + ": " + path + "#" + region;
                tests.add(DynamicTest.dynamicTest(name, () -> {
                    assertThat(path).as("the snippet comment before\n" + code).isNotNull();
                    assertThat(unindented(code.lines().toList())).isEqualTo(region(ROOT.resolve(path), region));
                }));
            }
        }
        return tests.stream();
    }

    @Test
    @DisplayName("show some Java in README")
    void readmeShowsJava() throws IOException {
        assertThat(BLOCK.matcher(Files.readString(ROOT.resolve("README.md"))).results())
                .isNotEmpty();
    }

    @Test
    @DisplayName("link to files that exist")
    void links() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = document.resolveSibling(link.group("target")).normalize();
                if (!Files.exists(target)) {
                    dead.add(ROOT.relativize(document) + " -> " + link.group("target"));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static String region(Path file, String region) throws IOException {
        List<String> inside = new ArrayList<>();
        boolean open = false;
        boolean closed = false;
        for (String line : Files.readAllLines(file)) {
            String mark = line.strip();
            if (mark.equals("// end::" + region)) {
                open = false;
                closed = true;
            } else if (mark.equals("// tag::" + region)) {
                open = true;
            } else if (open && !mark.startsWith("// tag::") && !mark.startsWith("// end::")) {
                inside.add(line);
            }
        }
        assertThat(closed && !open).as("%s has a region %s", file, region).isTrue();
        return unindented(inside);
    }

    private static String unindented(List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return lines.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent).stripTrailing())
                .collect(Collectors.joining("\n"))
                .strip();
    }
}
