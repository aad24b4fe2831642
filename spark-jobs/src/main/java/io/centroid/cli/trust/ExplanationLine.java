package io.centroid.cli.trust;

import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import io.centroid.spark.explain.ExplainedModel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An explanation in one line: the prediction, how far it converged, the largest contributions. */
final class ExplanationLine {
  private static final int MOST_INPUTS = 3;

  private ExplanationLine() {}

  static String of(ExplainedModel model, ExplanationsRecord.Example example) {
    OutputAttribution first = example.attributions().get(0);
    String output = model.outputs().get(first.output());
    StringBuilder line = new StringBuilder(example.input()).append(": ");
    if (example.predicted() != null && !example.predicted().equals(output)) {
      line.append("predicted ").append(example.predicted()).append("; ");
    }
    line.append(
        String.format(Locale.ROOT, "%s %.4f, base %.4f", output, first.value(), first.base()));
    if (first.error() != null) {
      line.append(String.format(Locale.ROOT, ", standard error %.2g", first.error()));
    }
    if (first.r2() != null) {
      line.append(String.format(Locale.ROOT, ", R2 %.3f", first.r2()));
    }
    List<String> names = model.kind() == Kind.TABLE ? model.features() : example.words();
    if (!names.isEmpty()) {
      line.append("; ").append(largest(names, first.contributions()));
    }
    return line.toString();
  }

  private static String largest(List<String> names, List<Double> contributions) {
    return IntStream.range(0, contributions.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(contributions.get(i))))
        .limit(MOST_INPUTS)
        .map(
            i -> String.format(Locale.ROOT, "%s %+.3g", names.get(i).strip(), contributions.get(i)))
        .collect(Collectors.joining(", "));
  }
}
