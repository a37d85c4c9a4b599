package io.authsessions.bench;

import io.netty.util.Version;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One section of docs/performance.md; the sections of the other benchmarks stay as they are. */
public final class PerformancePage {
    private static final Path FILE = Path.of("docs/performance.md");
    private static final String HEAD = """
            # Performance

            Written by the benchmarks, never by hand: `bash src/bench/run NAME` writes the section of that name. Figures of one
            run on one machine; only ratios within a section can be compared.
            """;
    private static final Pattern SECTION =
            Pattern.compile("<!-- section (\\w+) -->\n(.*?)<!-- end -->\n", Pattern.DOTALL);

    private final String name;
    private final String title;

    /**
     * A section.
     *
     * @param name what the benchmark is run by
     */
    public PerformancePage(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** Prints the lines and puts them into the page, with date, machine and versions. */
    public void write(List<String> lines) throws IOException {
        List<String> section =
                new ArrayList<>(List.of("## " + title, "", "`bash src/bench/run " + name + "`, " + where(), ""));
        section.addAll(lines);
        section.forEach(System.out::println);
        TreeMap<String, String> sections = new TreeMap<>();
        if (Files.exists(FILE)) {
            Matcher found = SECTION.matcher(Files.readString(FILE));
            while (found.find()) {
                sections.put(found.group(1), found.group(2));
            }
        }
        sections.put(name, "\n" + String.join("\n", section) + "\n\n");
        StringBuilder page = new StringBuilder(HEAD);
        sections.forEach((key, text) -> page.append("\n<!-- section ")
                .append(key)
                .append(" -->\n")
                .append(text)
                .append("<!-- end -->\n"));
        Files.writeString(FILE, page);
    }

    private static String where() throws IOException {
        Runtime runtime = Runtime.getRuntime();
        return String.format(
                Locale.ROOT,
                "%s: %s, %d processors, %s; Java %s (%s), Vert.x %s, Netty %s, Redis %s.",
                LocalDate.now(ZoneOffset.UTC),
                processor(),
                runtime.availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version(),
                System.getProperty("java.vm.name"),
                Vertx.class.getPackage().getImplementationVersion(),
                Version.identify().get("netty-common").artifactVersion(),
                BenchRedis.version());
    }

    private static String processor() throws IOException {
        Path told = Path.of("/proc/cpuinfo");
        if (!Files.exists(told)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(told)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
