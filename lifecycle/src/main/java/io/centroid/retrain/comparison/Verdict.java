package io.centroid.retrain.comparison;

import io.centroid.config.RunConfig;
import io.centroid.data.ClassNames;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.retrain.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The decision of the promotion rule about a challenger.
 *
 * @param outcome PROMOTED, NO_GAIN or WORSE
 * @param reasons explanations for users
 * @param interval confidence interval of the mean score difference challenger - champion
 * @param worstClass class with the largest loss of recall; -1 for a regression
 * @param worstDrop loss of recall of that class; negative if every class gained
 */
public record Verdict(
    Outcome outcome,
    List<String> reasons,
    PairedBootstrap interval,
    int worstClass,
    double worstDrop) {

  /**
   * Compares two models on the same examples.
   *
   * @param classNames class names in the order of their numbers; empty if classes are numbers
   */
  public static Verdict of(
      ScoredModel champion,
      ScoredModel challenger,
      List<String> classNames,
      RunConfig.Rule rule,
      long seed) {
    double[] differences = new double[champion.scores().length];
    if (differences.length == 0 || challenger.scores().length != differences.length) {
      throw new InputException(
          "retrain.validation: %s examples for the champion and %s for the challenger"
              .formatted(differences.length, challenger.scores().length));
    }
    for (int i = 0; i < differences.length; i++) {
      differences[i] = challenger.scores()[i] - champion.scores()[i];
    }
    PairedBootstrap interval =
        PairedBootstrap.of(differences, rule.confidence(), rule.samples(), seed);
    int worst = worstClass(champion.evaluation(), challenger.evaluation());
    double drop = worst < 0 ? 0 : drop(champion.evaluation(), challenger.evaluation(), worst);
    List<String> against = new ArrayList<>();
    boolean worse = false;
    if (interval.high() < 0) {
      worse = true;
      against.add(
          format(
              "significantly worse: the confidence interval of the difference ends at %+.5f",
              interval.high()));
    }
    if (worst >= 0 && drop > rule.worstClassDrop()) {
      worse = true;
      against.add(
          format(
              "class %s lost %.4f of its recall, more than worst-class-drop = %s",
              ClassNames.shown(classNames, worst), drop, rule.worstClassDrop()));
    }
    if (interval.mean() < rule.minimumGain()) {
      against.add(
          format(
              "the gain is %+.5f, less than minimum-gain = %s",
              interval.mean(), rule.minimumGain()));
    }
    if (interval.low() < -rule.nonInferiority()
        || (rule.nonInferiority() == 0 && interval.low() <= 0)) {
      against.add(
          format(
              "the confidence interval of the difference begins at %+.5f, expected %s",
              interval.low(),
              rule.nonInferiority() == 0
                  ? "above 0"
                  : "at least -" + rule.nonInferiority() + " (non-inferiority)"));
    }
    if (against.isEmpty()) {
      return new Verdict(
          Outcome.PROMOTED,
          List.of(
              format(
                  "gain %+.5f, confidence interval %+.5f to %+.5f",
                  interval.mean(), interval.low(), interval.high())),
          interval,
          worst,
          drop);
    }
    return new Verdict(
        worse ? Outcome.WORSE : Outcome.NO_GAIN, List.copyOf(against), interval, worst, drop);
  }

  private static int worstClass(Evaluation champion, Evaluation challenger) {
    int worst = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int label = 0; label < champion.confusion().length; label++) {
      if (champion.support(label) > 0 && drop(champion, challenger, label) > most) {
        most = drop(champion, challenger, label);
        worst = label;
      }
    }
    return worst;
  }

  private static double drop(Evaluation champion, Evaluation challenger, int label) {
    return champion.recall(label)
        - (label < challenger.confusion().length ? challenger.recall(label) : 0);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
