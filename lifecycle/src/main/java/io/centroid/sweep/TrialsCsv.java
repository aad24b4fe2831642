package io.centroid.sweep;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.centroid.io.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The results of a sweep as a table, {@code trials.csv}: a line per trial, the best first. */
final class TrialsCsv {
  private TrialsCsv() {}

  static byte[] of(SweepPlan plan, SweepResults results) throws IOException {
    Set<String> validation = new TreeSet<>();
    Set<String> test = new TreeSet<>();
    for (TrialRecord record : results.trials()) {
      validation.addAll(record.validation().keySet());
      test.addAll(record.test().keySet());
    }
    List<String> header = new ArrayList<>(List.of("trial", "status", "epochs", "step"));
    header.addAll(plan.keys());
    validation.forEach(name -> header.add("validation." + name));
    test.forEach(name -> header.add("test." + name));
    header.addAll(List.of("seconds", "reason"));
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(header);
      for (TrialRecord record : results.ranked()) {
        Trial trial = plan.trials().get(record.trial() - 1);
        List<String> fields = new ArrayList<>();
        fields.add(trial.name());
        fields.add(Json.spelling(record.status()));
        fields.add(Integer.toString(record.epochs()));
        fields.add(Long.toString(record.step()));
        plan.keys().forEach(key -> fields.add(trial.settings().getOrDefault(key, "")));
        validation.forEach(name -> fields.add(number(record.validation().get(name))));
        test.forEach(name -> fields.add(number(record.test().get(name))));
        fields.add(String.format(Locale.ROOT, "%.1f", record.seconds()));
        fields.add(record.reason() == null ? "" : record.reason());
        csv.writeRecord(fields);
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : value.toString();
  }
}
