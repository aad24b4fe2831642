package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Precision and recall on a generated corpus of 22,000 items. A finding must be exactly an item.
 */
class DetectionQualityTest {
  private static final int PER_KIND = 1100;

  /** Least precision and recall of kinds other than those with 0.99. */
  private static final Map<Kind, double[]> FLOORS =
      Map.of(
          Kind.PHONE, new double[] {0.95, 0.95},
          Kind.NAME, new double[] {0.95, 0.5},
          Kind.ADDRESS, new double[] {0.95, 0.9});

  private final Set<String> given = new HashSet<>(Names.COMMON.given());
  private final Set<String> surnames = new HashSet<>(Names.COMMON.chineseSurnames());
  private final Map<String, Counts> counts = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();

  private static final class Counts {
    private int expected;
    private int found;
    private int correct;

    double precision() {
      return found == 0 ? 0 : (double) correct / found;
    }

    double recall() {
      return (double) correct / expected;
    }
  }

  @Test
  void precisionAndRecallOfEveryKindAreAboveTheirFloors() throws Exception {
    Redactor redactor = Redactor.of(Policy.masking());
    for (LabeledText document : new LabeledCorpus(20_261_130).documents(PER_KIND)) {
      count(document, redactor.find(document.text()));
    }
    Files.writeString(Path.of("target", "redaction-quality.md"), table());
    Files.write(Path.of("target", "redaction-errors.txt"), errors);
    for (Kind kind : Kind.values()) {
      double[] floor = FLOORS.getOrDefault(kind, new double[] {0.99, 0.99});
      Counts count = counts.getOrDefault(label(kind), new Counts());
      assertThat(count.expected).isEqualTo(PER_KIND);
      assertThat(count.precision())
          .as("precision of %s%n%s", kind, table())
          .isGreaterThanOrEqualTo(floor[0]);
      assertThat(count.recall())
          .as("recall of %s%n%s", kind, table())
          .isGreaterThanOrEqualTo(floor[1]);
    }
  }

  private void count(LabeledText document, List<Span> found) {
    Set<Span> correct = new HashSet<>(document.spans());
    correct.retainAll(found);
    for (Span expected : document.spans()) {
      boolean hit = correct.contains(expected);
      add(label(expected.kind()), hit);
      String value = document.text().substring(expected.start(), expected.end());
      if (expected.kind() == Kind.NAME) {
        add("name: " + group(value), hit);
      } else if (expected.kind() == Kind.ADDRESS) {
        add("address: " + (isChinese(value) ? "Chinese" : "English and German"), hit);
      }
      if (!hit) {
        errors.add("missed " + show(document, expected));
      }
    }
    for (Span span : found) {
      counts.computeIfAbsent(label(span.kind()), any -> new Counts()).found++;
      if (!correct.contains(span)) {
        errors.add("false " + show(document, span));
      }
    }
  }

  private void add(String group, boolean hit) {
    Counts of = counts.computeIfAbsent(group, any -> new Counts());
    of.expected++;
    of.correct += hit ? 1 : 0;
  }

  /** Names by language, and by whether the part that rules look for is in their dictionary. */
  private String group(String name) {
    if (isChinese(name)) {
      boolean listed =
          surnames.contains(name.substring(0, 1)) || surnames.contains(name.substring(0, 2));
      return listed ? "Chinese, surname listed" : "Chinese, surname not listed";
    }
    boolean listed = given.contains(name.substring(0, name.indexOf(' ')).toLowerCase(Locale.ROOT));
    return listed ? "English, given name listed" : "English, given name not listed";
  }

  private String table() {
    StringBuilder table =
        new StringBuilder("| kind | items | precision | recall |\n|---|---|---|---|\n");
    counts.forEach(
        (group, count) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %,d | %s | %.4f |%n",
                    group,
                    count.expected,
                    count.found == 0 ? "" : String.format(Locale.ROOT, "%.4f", count.precision()),
                    count.recall())));
    return table.toString();
  }

  private static String label(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean isChinese(String value) {
    return Character.UnicodeScript.of(value.charAt(0)) == Character.UnicodeScript.HAN;
  }

  private static String show(LabeledText document, Span span) {
    String text = document.text();
    String around =
        text.substring(Math.max(0, span.start() - 24), span.start())
            + "<<"
            + text.substring(span.start(), span.end())
            + ">>"
            + text.substring(span.end(), Math.min(text.length(), span.end() + 16));
    return span.kind() + " " + around.replace('\n', ' ');
  }
}
