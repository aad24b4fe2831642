package io.centroid.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.InputErrors;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.io.Json;
import io.centroid.registry.DataFile;
import io.centroid.registry.Provenance;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What a checkpoint tells of where it came from. */
public final class RunProvenance {
  private RunProvenance() {}

  /**
   * Of a checkpoint that was made by hand: its files are not known, their examples' hash is.
   *
   * @throws io.centroid.InputException if the folder is no checkpoint of a run
   */
  public static Provenance of(Path checkpoint, Configuration configuration) throws IOException {
    return of(checkpoint, configuration, List.of(), Map.of(), OptionalInt.empty());
  }

  /**
   * Of a checkpoint of an attempt.
   *
   * @param metrics measured besides those that the checkpoint holds
   */
  static Provenance of(
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
      throw InputErrors.of(checkpoint.toString(), "is no checkpoint that a run wrote");
    }
    Map<String, Double> all = new TreeMap<>(stored.manifest().metrics());
    all.putAll(metrics);
    Path folder = stored.path().getParent();
    return new Provenance(
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
