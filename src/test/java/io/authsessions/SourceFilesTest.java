package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The source")
class SourceFilesTest {
    private static final int MAX_LINES = 300;
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Path MAIN = ROOT.resolve("src/main/java");
    private static final List<Path> SHORT = List.of(MAIN, ROOT.resolve("src/bench/java"));

    private static List<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("has no file of " + MAX_LINES + " lines")
    void filesAreShort() {
        for (Path folder : SHORT) {
            assertThat(sources(folder)).hasSizeGreaterThan(10);
            assertThat(sources(folder))
                    .filteredOn(file -> read(file).lines().count() >= MAX_LINES)
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("says of each package what it is for, and that null is marked")
    void packagesAreDescribed() {
        Set<Path> packages = sources(MAIN).stream().map(Path::getParent).collect(Collectors.toSet());
        List<String> lacking = new ArrayList<>();
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info)
                    || !read(info).contains("@NullMarked")
                    || !read(info).startsWith("/**")) {
                lacking.add(MAIN.relativize(folder).toString());
            }
        }
        assertThat(lacking).isEmpty();
    }

    @Test
    @DisplayName("holds nothing unfinished")
    void nothingUnfinished() {
        Pattern marks = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");
        assertThat(sources(MAIN).stream()
                        .filter(file -> marks.matcher(read(file)).find())
                        .map(MAIN::relativize))
                .isEmpty();
    }
}
