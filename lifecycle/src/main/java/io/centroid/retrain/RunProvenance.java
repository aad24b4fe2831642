package io.centroid.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import io.centroid.registry.DataFile;
import io.centroid.registry.VersionProvenance;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads the provenance of a checkpoint. */
public final class RunProvenance {
  private RunProvenance() {}

  /**
   * The provenance of a checkpoint that was registered manually. It has the hash of the training
   * data, but not its files.
   *
   * @throws io.centroid.error.InputException if the folder is not a checkpoint of a run
   */
  public static VersionProvenance of(Path checkpoint, Configuration configuration)
      throws IOException {
    return of(checkpoint, configuration, List.of(), Map.of(), OptionalInt.empty());
  }

  /**
   * The provenance of a checkpoint of an attempt.
   *
   * @param metrics metrics in addition to those of the checkpoint
   */
  static VersionProvenance of(
      Path checkpoint,
      Configuration configuration,
      List<DataFile> data,
      Map<String, Double> metrics,
      OptionalInt parent)
      throws IOException {
    StoredCheckpoint stored = CheckpointStore.openUnverified(checkpoint, configuration);
    Snapshot snapshot = stored.manifest().snapshot();
    JsonNode parameters = snapshot.training().path("parametersSha256");
    if (!parameters.isTextual() || !Json.isSha256(parameters.asText())) {
      throw InputErrors.of(checkpoint.toString(), "is not a checkpoint of a run");
    }
    Map<String, Double> all = new TreeMap<>(stored.manifest().metrics());
    all.putAll(metrics);
    Path folder = stored.path().getParent();
    return new VersionProvenance(
        String.valueOf(folder == null ? stored.path() : folder.getParent()),
        stored.step(),
        snapshot.configurationHash(),
        parameters.asText(),
        snapshot.data().path("sha256").asText(),
        data,
        all,
        parent);
  }
}
