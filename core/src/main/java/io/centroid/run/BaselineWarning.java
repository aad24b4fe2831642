package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.data.ClassNames;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.evaluate.Baseline;
import io.centroid.evaluate.Evaluation;
import io.centroid.nn.Loss;
import io.centroid.train.Rollback;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Warns at the end of a run whose model is no better than a constant prediction, with the likely
 * reasons that configuration, data and training loss suggest.
 */
final class BaselineWarning implements TrainingListener {
  /** Normalized features and targets are about 1; those outside these limits hinder training. */
  private static final double LARGE = 10;

  private static final double SMALL = 0.03;

  /** Relative change of the training loss that counts as learning. */
  private static final double MOVED = 0.02;

  /** Relative fall of the training loss that counts as fitting the training examples. */
  private static final double FITTED = 0.5;

  /** Factor above the loss of an untrained network from which on the training has diverged. */
  static final double HUGE = 10;

  /** Number of steps that a small network needs at least. */
  private static final long FEW_STEPS = 200;

  private final RunConfig config;
  private final DataSummary data;
  private final List<String> classNames;
  private final Normalization normalization;
  private double firstLoss = Double.NaN;
  private double lastLoss = Double.NaN;
  private double largestLoss;
  private long steps;
  private long rounds;
  private @Nullable Evaluation validation;
  private @Nullable Evaluation test;

  BaselineWarning(
      RunConfig config, DataSummary data, List<String> classNames, Normalization normalization) {
    this.config = config;
    this.data = data;
    this.classNames = classNames;
    this.normalization = normalization;
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    // A resumed run does not know how its loss began.
    firstLoss = state.steps() == round.steps() ? result.loss() : firstLoss;
    if (config.model().loss().classifies()) {
      largestLoss = Math.max(largestLoss, result.loss());
    } else if (!Double.isNaN(lastLoss)) {
      // Two rounds: the outliers among the targets may all be in the examples of one.
      largestLoss = Math.max(largestLoss, Math.min(lastLoss, result.loss()));
    }
    lastLoss = result.loss();
    rounds++;
    steps = state.steps();
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    firstLoss = Double.NaN;
    lastLoss = Double.NaN;
    largestLoss = 0;
    validation = null;
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    steps = Math.max(steps, state.steps());
    if (part == EvaluationSet.TEST) {
      test = evaluation;
    } else {
      validation = evaluation;
    }
  }

  /**
   * The warning in one line; null if the model is better, or if there are too few examples. Targets
   * that are all equal leave nothing to learn, whatever the model predicts.
   */
  @Nullable String text() {
    Optional<Float> only = data.onlyTarget();
    if (only.isPresent()) {
      float target = only.get();
      return config.model().loss().classifies()
          ? "all training examples have class "
              + ClassNames.shown(classNames, (int) target)
              + ": the model cannot distinguish it from others"
          : "all training targets are " + target + ": there is nothing to learn from the features";
    }
    Evaluation judged = validation == null || validation.examples() == 0 ? test : validation;
    return judged == null ? null : text(judged, judged == test ? "test" : "validation");
  }

  private @Nullable String text(Evaluation judged, String part) {
    return Baseline.notBeaten(judged, classNames)
        .map(
            how ->
                format(
                    "the model is no better than always predicting %s (%s %s); likely reasons: %s",
                    judged.isClassification() ? "the most frequent class" : "the mean",
                    part,
                    how,
                    String.join("; ", reasons())))
        .orElse(null);
  }

  private List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    addFeatures(reasons);
    addTargets(reasons);
    boolean tooHigh = hasRisen() || isHuge();
    addLearningRate(reasons);
    boolean fits = !tooHigh && lastLoss < FITTED * firstLoss;
    if (fits) {
      reasons.add(
          "the network fits the training examples alone: too few of them, or labels that do not"
              + " belong to the features");
    }
    if (!tooHigh && steps < FEW_STEPS) {
      reasons.add(
          format(
              "too few steps: %,d per worker (train.epochs, %sor a smaller train.batch-size)",
              steps, config.train().patience() > 0 ? "train.early-stopping.patience, " : ""));
    }
    if (!fits) {
      reasons.add("labels that do not belong to the features, or do not depend on them");
    }
    return numbered(reasons);
  }

  private static List<String> numbered(List<String> reasons) {
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < reasons.size(); i++) {
      numbered.add("(" + (i + 1) + ") " + reasons.get(i));
    }
    return numbered;
  }

  private void addFeatures(List<String> reasons) {
    if (data.tokens() > 0) {
      return;
    }
    double[] size = normalizedSizes();
    double largest = 0;
    for (double one : size) {
      largest = Math.max(largest, one);
    }
    if (largest > LARGE || (largest > 0 && largest < SMALL)) {
      reasons.add(
          format(
              "the features are not normalized: data.normalization = %s leaves values of about %.3g"
                  + " (standardize)",
              config.data().normalization().name().toLowerCase(Locale.ROOT), largest));
    }
  }

  /** Root mean square of each normalized feature. */
  private double[] normalizedSizes() {
    double[] means = data.mean();
    double[] deviations = data.standardDeviation();
    float[] mean = normalization.mean();
    float[] scale = normalization.scale();
    double[] sizes = new double[Math.max(means.length, mean.length)];
    for (int i = 0; i < sizes.length; i++) {
      int stored = mean.length == 1 ? 0 : i;
      int measured = means.length == 1 ? 0 : i;
      sizes[i] =
          Math.hypot(means[measured] - mean[stored], deviations[measured])
              * Math.abs(scale[stored]);
    }
    return sizes;
  }

  private void addTargets(List<String> reasons) {
    if (config.model().loss().classifies()) {
      return;
    }
    double size = targetSize() / normalization.targets().deviation();
    if (size > LARGE || (size > 0 && size < SMALL)) {
      reasons.add(
          format(
              "the targets are not normalized: values of about %.3g (%s)",
              size,
              config.data().targetNormalization() == TargetScaling.Method.NONE
                  ? "data.target-normalization = standardize"
                  : "the output layer is not linear: scale them in the data"));
    }
  }

  /** Root mean square of the targets, less the mean that the network does not learn. */
  private double targetSize() {
    return targetSize(data, normalization);
  }

  private static double targetSize(DataSummary data, Normalization normalization) {
    return Math.hypot(
        data.targets().mean() - normalization.targets().mean(), data.targets().deviation());
  }

  private void addLearningRate(List<String> reasons) {
    String rate =
        format("optimizer.learning-rate = %s", config.optimizer().steady().learningRate());
    if (hasRisen()) {
      reasons.add(
          format(
              "%s is too high: the training loss rose from %.4g to %.4g",
              rate, firstLoss, lastLoss));
    } else if (isHuge()) {
      reasons.add(
          format(
              "%s is too high: the training loss was %.4g, that of an untrained network is about"
                  + " %.4g",
              rate, largestLoss, untrainedLoss()));
    } else if (rounds > 1 && lastLoss > firstLoss * (1 - MOVED)) {
      reasons.add(
          format(
              "%s is too low, or so high that units died: the training loss stayed at %.4g",
              rate, lastLoss));
    }
  }

  private boolean hasRisen() {
    return lastLoss > firstLoss * (1 + MOVED);
  }

  /** Whether the loss exploded, perhaps in the first round already, so that it fell afterwards. */
  private boolean isHuge() {
    double untrained = untrainedLoss();
    return untrained > 0 && !(largestLoss <= HUGE * untrained);
  }

  private double untrainedLoss() {
    return untrainedLoss(config.model().loss(), data.classes(), data, normalization);
  }

  /**
   * The loss of a network with outputs of about 0 on normalized targets.
   *
   * @param classes number of classes, or of tokens; ignored for a regression
   */
  static double untrainedLoss(
      Loss loss, int classes, DataSummary data, Normalization normalization) {
    return loss.classifies()
        ? Math.log(Math.max(2, classes))
        : Math.pow(targetSize(data, normalization), 2);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
