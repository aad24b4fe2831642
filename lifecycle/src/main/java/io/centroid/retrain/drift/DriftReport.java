package io.centroid.retrain.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How far a new population is from the known one.
 *
 * @param inputs means over the features
 * @param watch features from {@link Divergence#WATCH} on
 * @param changed features from {@link Divergence#ANOTHER_POPULATION} on
 * @param features number of features
 * @param worst the features that are farthest, the farthest first
 * @param targets of the classes in the data
 * @param predictions of the classes that the known population's model predicts
 */
public record DriftReport(
    Divergence inputs,
    int watch,
    int changed,
    int features,
    List<FeatureDrift> worst,
    Divergence targets,
    Divergence predictions) {
  private static final int MOST_NAMED = 10;

  public DriftReport {
    worst = List.copyOf(worst);
  }

  /** A feature by its place in an example. */
  public record FeatureDrift(int feature, Divergence divergence) {}

  /** Compares two populations in the same bins. */
  public static DriftReport of(Profile known, Profile found) {
    List<FeatureDrift> all = new ArrayList<>();
    double psi = 0;
    double jensenShannon = 0;
    int watch = 0;
    int changed = 0;
    for (int i = 0; i < known.features().size(); i++) {
      Divergence one =
          Divergence.of(known.features().get(i).counts(), found.features().get(i).counts());
      all.add(new FeatureDrift(i, one));
      psi += one.psi();
      jensenShannon += one.jensenShannon();
      watch += one.psi() >= Divergence.WATCH ? 1 : 0;
      changed += one.psi() >= Divergence.ANOTHER_POPULATION ? 1 : 0;
    }
    int count = Math.max(1, all.size());
    all.sort(
        Comparator.comparingDouble((FeatureDrift one) -> -one.divergence().psi())
            .thenComparingInt(FeatureDrift::feature));
    return new DriftReport(
        new Divergence(psi / count, jensenShannon / count),
        watch,
        changed,
        all.size(),
        all.subList(0, Math.min(MOST_NAMED, all.size())),
        classes(known.targets(), found.targets()),
        classes(known.predictions(), found.predictions()));
  }

  /** What thresholds are compared with: the larger index of inputs and predictions. */
  public double statistic() {
    return Math.max(inputs.psi(), predictions.psi());
  }

  /** A class that one of them has not seen counts. */
  private static Divergence classes(long[] known, long[] found) {
    int classes = Math.max(known.length, found.length);
    return Divergence.of(Arrays.copyOf(known, classes), Arrays.copyOf(found, classes));
  }
}
