package io.centroid;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.model.DataJson;
import io.centroid.model.TrainingJson;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

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

  /** Reads the manifest of a checkpoint. */
  static Provenance read(Path checkpoint, Configuration configuration) throws IOException {
    Manifest manifest = CheckpointStore.openUnverified(checkpoint, configuration).manifest();
    DataJson data = DataJson.read(checkpoint, manifest);
    return new Provenance(
        checkpoint.toString(),
        manifest.step(),
        manifest.round(),
        manifest.snapshot().seed(),
        data.train(),
        data.sha256(),
        TrainingJson.read(checkpoint, manifest).configuration(),
        manifest.metrics(),
        manifest.snapshot().versions(),
        manifest.writtenAt());
  }
}
