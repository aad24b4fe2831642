package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sources, help texts, configurations, scripts and documents use the field's terms. */
class LanguageTest {
  private static final String TABLE = "forbidden-words.txt";

  private static final Pattern CHECKED =
      Pattern.compile(
          ".*\\.(java|py|lua|proto|conf|properties|options|xml|ya?ml|md|sh|html|css|js|service|timer)"
              + "|centroid|Makefile|\\.ci/.*|deploy/schedules/(bin|cron)/.*");

  private static final Pattern WORD_BOUNDARY = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** White space, comment markers and seams of concatenated strings. */
  private static final String GAP = "[\\\\s*#/\"+]{1,80}";

  /** A row of the table. */
  private record Rule(Pattern pattern, String instead, Pattern allowed) {
    static Rule parse(String line) {
      String[] columns = line.split("\t");
      assertThat(columns).as("columns of %s: %s", TABLE, line).hasSize(3);
      return new Rule(
          Pattern.compile(columns[0].replaceAll(" ", GAP)),
          columns[1],
          Pattern.compile(columns[2]));
    }

    List<String> violations(String file, String text) {
      List<String> found = new ArrayList<>();
      Matcher matcher = pattern.matcher(text);
      while (!allowed.matcher(file).matches() && matcher.find()) {
        String before = text.substring(0, matcher.start());
        found.add(
            "%s:%d: \"%s\", write: %s"
                .formatted(
                    file,
                    before.chars().filter(c -> c == '\n').count() + 1,
                    matcher.group().replaceAll("\\s+", " "),
                    instead));
      }
      return found;
    }
  }

  @Test
  void noForbiddenWordIsUsed() throws IOException {
    Path root = root();
    List<Rule> rules = rules();
    // One pass over each file is much faster than one per rule.
    Pattern any =
        Pattern.compile(
            rules.stream()
                .map(rule -> "(?:" + rule.pattern + ")")
                .collect(Collectors.joining("|", "\\b(?:", ")")));
    List<String> violations = new ArrayList<>();
    List<Path> files = files(root);
    for (Path path : files) {
      String file = root.relativize(path).toString().replace('\\', '/');
      String text = words(Files.readString(path));
      if (any.matcher(text).find()) {
        rules.forEach(rule -> violations.addAll(rule.violations(file, text)));
      }
    }
    assertThat(files).hasSizeGreaterThan(500);
    assertThat(String.join("\n", violations)).as("%d violations", violations.size()).isEmpty();
  }

  @Test
  void findsWordsInIdentifiersAndAcrossLines() {
    Rule rule = Rule.parse("\\bold words?\\b\tnew words\tdocs/.*");
    String text =
        "first\n"
            + "  int oldWord = OLD_WORD;\n"
            + "  // These old\n"
            + "  // words.\n"
            + "\"old \"\n"
            + " + \"word\"\n"
            + "older words";
    assertThat(rule.violations("A.java", words(text)))
        .containsExactly(
            "A.java:2: \"old word\", write: new words",
            "A.java:2: \"old word\", write: new words",
            "A.java:3: \"old // words\", write: new words",
            "A.java:5: \"old \" + \"word\", write: new words");
    assertThat(rule.violations("docs/a.md", words(text))).isEmpty();
  }

  private static List<Rule> rules() throws IOException {
    try (InputStream in = LanguageTest.class.getResourceAsStream(TABLE)) {
      String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return table
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Rule::parse)
          .toList();
    }
  }

  /** Splits identifiers into words in lower case, without changing the lines. */
  private static String words(String text) {
    return WORD_BOUNDARY.matcher(text).replaceAll(" ").replace('_', ' ').toLowerCase(Locale.ROOT);
  }

  private static List<Path> files(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> top = Files.list(root)) {
      for (Path path : top.sorted().toList()) {
        if (Files.isRegularFile(path)) {
          found.add(path);
        } else if (Files.exists(path.resolve("pom.xml"))) {
          found.add(path.resolve("pom.xml"));
          addAll(path.resolve("src"), found);
        }
      }
    }
    for (String folder : List.of("conf", "deploy", "docs", "notebooks", ".ci")) {
      addAll(root.resolve(folder), found);
    }
    found.removeIf(path -> !CHECKED.matcher(root.relativize(path).toString()).matches());
    return found;
  }

  private static void addAll(Path folder, List<Path> found) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        paths.filter(Files::isRegularFile).sorted().forEach(found::add);
      }
    }
  }

  /** Tests run in the module's folder or in the repository root. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no ARCHITECTURE.md in a parent folder");
    }
    return folder;
  }
}
