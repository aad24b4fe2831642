package io.centroid.tensorboard;

import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Mistake;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.nn.ParameterLayout;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.tensorboard.EventProto.Summary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Derives the values that TensorBoard shows from what a run reports. */
final class RunValues {
  private static final int MOST_WORKERS = 16;

  private final ReportedRun run;
  private final Set<String> described = new HashSet<>();

  RunValues(ReportedRun run) {
    this.run = run;
  }

  /** Describes the scalars again, since the events that did were dropped. */
  void describeAgain() {
    described.clear();
  }

  /** The metrics of a round and the losses of its workers. */
  List<Summary.Value> of(RoundMetrics metrics) {
    List<Summary.Value> values = new ArrayList<>();
    for (RoundMetric metric : RoundMetric.values()) {
      add(values, metric.tag(), metric.description(), metrics.value(metric));
    }
    int workers = metrics.workers().size();
    for (int worker = 0; worker < workers && workers <= MOST_WORKERS; worker++) {
      add(
          values,
          "workers/loss-" + worker,
          "mean training loss of the worker's examples",
          metrics.workers().get(worker).loss());
    }
    return values;
  }

  /** The metrics of an evaluation. */
  List<Summary.Value> of(String part, Map<String, Double> metrics) {
    List<Summary.Value> values = new ArrayList<>();
    metrics.forEach((name, value) -> add(values, part + "/" + name, "", value));
    return values;
  }

  /** Precision-recall curves and misclassified images of an evaluation. */
  List<Summary.Value> details(String part, Evaluation evaluation) {
    List<Summary.Value> values = new ArrayList<>();
    ScoreCounts scores = evaluation.details().scores();
    for (int label = 0; label < scores.classes(); label++) {
      values.add(
          Summaries.precisionRecall(
              part + "/class-" + label, part + ": class " + className(label), scores, label));
    }
    List<Mistake> mistakes = evaluation.details().mistakes();
    if (!mistakes.isEmpty()) {
      MistakeGrid grid = new MistakeGrid(run.network().input(), run.classNames());
      values.add(
          Summaries.image(
              part + "/mistakes",
              "misclassified images, the most confident first: actual class, predicted class and"
                  + " its probability",
              grid.draw(mistakes)));
      values.add(
          Summaries.text(
              part + "/mistakes-list", "", Summaries.code(grid.list(mistakes).stripTrailing())));
    }
    return values;
  }

  private void add(List<Summary.Value> values, String tag, String description, double value) {
    if (Double.isFinite(value)) {
      Summary.Value.Builder scalar = Summaries.scalar(tag, value);
      if (described.add(tag)) {
        scalar.setMetadata(Summaries.described(description));
      }
      values.add(scalar.build());
    }
  }

  private String className(int label) {
    return run.classNames().isEmpty() ? Integer.toString(label) : run.classNames().get(label);
  }

  /**
   * Histograms of a tensor and of its change in the last round.
   *
   * @param after parameters after the round
   * @param before parameters before the round; null if they are not known
   */
  static List<Summary.Value> of(
      ParameterLayout.Entry entry, float[] after, float @Nullable [] before) {
    int from = Math.toIntExact(entry.offset());
    int size = Math.toIntExact(entry.size());
    List<Summary.Value> values = new ArrayList<>();
    values.add(histogram("parameters/" + entry.name(), Histogram.of(i -> after[i], from, size)));
    if (before != null) {
      values.add(
          histogram("deltas/" + entry.name(), Histogram.of(i -> after[i] - before[i], from, size)));
    }
    return values;
  }

  private static Summary.Value histogram(String tag, Histogram histogram) {
    String description =
        histogram.stride() == 1 ? "" : "of every " + histogram.stride() + "th value";
    return Summaries.histogram(tag, description, histogram);
  }
}
