package io.centroid;

import java.time.Instant;
import java.util.Map;

/**
 * The provenance of a model, as recorded in its checkpoint's manifest.
 *
 * @param checkpoint directory of the checkpoint
 * @param step number of steps that each worker took
 * @param rounds number of synchronizations
 * @param seed random seed
 * @param trainingExamples number of examples that it was trained on
 * @param dataSha256 SHA-256 of the training data
 * @param configuration keys that determine the parameters, with their values
 * @param metrics metrics by name, such as {@code validation.accuracy}
 * @param versions versions of the software that trained it
 * @param writtenAt time at which the checkpoint was written
 */
public record Provenance(
    String checkpoint,
    long step,
    long rounds,
    long seed,
    long trainingExamples,
    String dataSha256,
    Map<String, String> configuration,
    Map<String, Double> metrics,
    Map<String, String> versions,
    Instant writtenAt) {
  public Provenance {
    configuration = Map.copyOf(configuration);
    metrics = Map.copyOf(metrics);
    versions = Map.copyOf(versions);
  }
}
