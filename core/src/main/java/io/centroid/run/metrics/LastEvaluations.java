package io.centroid.run.metrics;

import io.centroid.data.InputShape;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Mistake;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.io.Json;
import io.centroid.run.metrics.RunRecord.AreasRecord;
import io.centroid.run.metrics.RunRecord.EvaluationRecord;
import io.centroid.run.metrics.RunRecord.MistakeRecord;
import io.centroid.run.metrics.RunRecord.TextRecord;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.EvaluationSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Keeps the last evaluation of each part, which {@code report.json} shows. */
public final class LastEvaluations implements TrainingListener {
  private final Map<EvaluationSet, Evaluation> last = new EnumMap<>(EvaluationSet.class);

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    last.put(part, evaluation);
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    last.clear();
  }

  /**
   * The record of a run that ends now.
   *
   * @param inputs shape of the examples
   * @param texts continuations by prompt, in order
   */
  public RunRecord record(
      Map<String, String> environment,
      List<String> classNames,
      InputShape inputs,
      Map<String, String> texts) {
    Map<String, EvaluationRecord> evaluations = new TreeMap<>();
    last.forEach(
        (part, evaluation) -> evaluations.put(Json.spelling(part), record(evaluation, inputs)));
    return new RunRecord(
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        environment,
        classNames,
        evaluations,
        texts.entrySet().stream()
            .map(text -> new TextRecord(text.getKey(), text.getValue()))
            .toList());
  }

  private static EvaluationRecord record(Evaluation evaluation, InputShape shape) {
    List<Mistake> mistakes = evaluation.details().mistakes();
    ScoreCounts scores = evaluation.details().scores();
    return new EvaluationRecord(
        evaluation.examples(),
        finite(evaluation.metrics()),
        Arrays.stream(evaluation.confusion())
            .map(row -> Arrays.stream(row).boxed().toList())
            .toList(),
        IntStream.range(0, scores.classes())
            .mapToObj(
                label ->
                    new AreasRecord(
                        measured(scores.averagePrecision(label)), measured(scores.rocArea(label))))
            .toList(),
        mistakes.isEmpty() ? null : List.of(shape.channels(), shape.height(), shape.width()),
        mistakes.stream()
            .map(
                mistake ->
                    new MistakeRecord(
                        mistake.actual(),
                        mistake.predicted(),
                        mistake.probability(),
                        Base64.getEncoder().encodeToString(mistake.pixels())))
            .toList());
  }

  private static @Nullable Double measured(double area) {
    return Double.isNaN(area) ? null : area;
  }

  /** JSON has no infinite perplexity. */
  private static Map<String, Double> finite(Map<String, Double> metrics) {
    Map<String, Double> finite = new TreeMap<>(metrics);
    finite.values().removeIf(value -> !Double.isFinite(value));
    return finite;
  }
}
