package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Numbers are formatted with {@code Locale.ROOT}: in the digits of a Persian or an Arabic locale a
 * file name, a key or a setting would not be read back. Without a locale only {@code %s} is
 * formatted, which is independent of it.
 */
class LocaleTest {
  private static final String TEXT =
      "(?:\"{3}(?:[^\\\\\"]|\\\\.|\"(?!\"\"))*+\"{3}|\"(?:\\\\.|[^\"\\\\\\n])*+\")";
  private static final String TEXTS = TEXT + "(?:\\s*\\+\\s*" + TEXT + ")*+";

  private static final Pattern NUMBER =
      Pattern.compile("%(?:\\d+\\$)?[-#+ 0,(]*\\d*(?:\\.\\d+)?[dfeEgGaAtT]");

  private static final List<Pattern> CALLS =
      List.of(
          Pattern.compile(
              "(?:String\\.format|printf)\\((?!\\s*Locale\\.ROOT)\\s*+(?<text>" + TEXTS + ")?"),
          Pattern.compile("(?<text>" + TEXTS + ")?+\\)?\\s*+\\.formatted\\("),
          Pattern.compile(
              "(?<text>)(?:new Formatter\\(|DecimalFormat|\\bNumberFormat\\b|MessageFormat"
                  + "|to(?:Lower|Upper)Case\\(\\))"));

  @Test
  void numbersAreFormattedIndependentlyOfTheDefaultLocale() throws IOException {
    Path root = Path.of(System.getProperty("centroid.home", ".."));
    List<String> found = new ArrayList<>();
    int files = 0;
    try (Stream<Path> modules = Files.list(root)) {
      for (Path sources :
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .toList()) {
        try (Stream<Path> all = Files.walk(sources)) {
          for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
            files++;
            violations(Files.readString(file))
                .forEach(line -> found.add(root.relativize(file) + ":" + line));
          }
        }
      }
    }
    assertThat(files).isGreaterThan(500);
    assertThat(found).as("formats without Locale.ROOT").isEmpty();
  }

  @Test
  void everyKindOfCallIsFound() {
    assertThat(violations("a = \"step-%08d\".formatted(step);")).hasSize(1);
    assertThat(violations("a = (\"x\" + \"%s \"\n  + \"%.2f\")\n  .formatted(step);")).hasSize(1);
    assertThat(violations("a = format.formatted(step);")).hasSize(1);
    assertThat(violations("\n\na = String.format(\n\"%,d\", step);")).containsExactly("3");
    assertThat(violations("a = String.format(pattern, step);")).hasSize(1);
    assertThat(violations("out.printf(\"%d%n\", step);")).hasSize(1);
    assertThat(violations("a = b.toLowerCase();")).hasSize(1);
    assertThat(violations("a = String.format(Locale.ROOT, \"%08d\", step);")).isEmpty();
    assertThat(violations("a = \"step %s of %x%n\".formatted(step, run);")).isEmpty();
    assertThat(violations("a = String.format(\n\"%s\", step);")).isEmpty();
  }

  /** Line numbers of calls whose output depends on the default locale. */
  private static List<String> violations(String source) {
    List<String> lines = new ArrayList<>();
    for (Pattern call : CALLS) {
      Matcher matcher = call.matcher(source);
      while (matcher.find()) {
        String text = matcher.group("text");
        if (text == null || text.isEmpty() || NUMBER.matcher(text).find()) {
          String before = source.substring(0, matcher.start());
          lines.add(String.valueOf(before.lines().count() + (before.endsWith("\n") ? 1 : 0)));
        }
      }
    }
    return lines;
  }
}
