package io.centroid.retrain.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The drift of new data from the reference data.
 *
 * @param inputs mean divergence over the features
 * @param watch number of features with a PSI of at least {@link Divergence#WATCH}
 * @param changed number of features with a PSI of at least {@link Divergence#SIGNIFICANT}
 * @param features number of features
 * @param worst features with the largest PSI, in descending order
 * @param targets divergence of the classes in the data
 * @param predictions divergence of the classes that the reference model predicts
 */
public record DriftReport(
    Divergence inputs,
    int watch,
    int changed,
    int features,
    List<FeatureDrift> worst,
    Divergence targets,
    Divergence predictions) {
  private static final int MAX_NAMED = 10;

  public DriftReport {
    worst = List.copyOf(worst);
  }

  /** The divergence of a feature, by its index in an example. */
  public record FeatureDrift(int feature, Divergence divergence) {}

  /** Compares two profiles with the same bins. */
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
      changed += one.psi() >= Divergence.SIGNIFICANT ? 1 : 0;
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
        all.subList(0, Math.min(MAX_NAMED, all.size())),
        classes(known.targets(), found.targets()),
        classes(known.predictions(), found.predictions()));
  }

  /** The drift statistic: the larger PSI of inputs and predictions. */
  public double statistic() {
    return Math.max(inputs.psi(), predictions.psi());
  }

  /** Compares class counts; a class missing in one counts as 0 there. */
  private static Divergence classes(long[] known, long[] found) {
    int classes = Math.max(known.length, found.length);
    return Divergence.of(Arrays.copyOf(known, classes), Arrays.copyOf(found, classes));
  }
}
