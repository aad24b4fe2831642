package io.centroid.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.InputException;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.data.HadoopFiles;
import io.centroid.data.Normalisation;
import io.centroid.model.NetworkSpec;
import io.centroid.model.ParameterLayout;
import io.centroid.train.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A model as a checkpoint holds it: network, normalisation of its inputs and parameters.
 *
 * @param path the checkpoint's folder
 * @param dataKeys the {@code data} keys of the run's configuration as {@code key=value}
 */
public record TrainedModel(
    String path,
    Manifest manifest,
    NetworkSpec network,
    Normalisation normalisation,
    float[] parameters,
    List<String> dataKeys) {

  /**
   * Loads a checkpoint by its folder, or the newest or best of a run by the run's folder. Every
   * file is verified.
   *
   * @param best of a run, the one with the best validation metric rather than the newest
   * @throws InputException if there is none, or none that verifies
   */
  public static TrainedModel load(HadoopFiles files, String location, boolean best)
      throws IOException {
    Path path = files.path(location);
    Configuration configuration = files.configuration();
    StoredCheckpoint checkpoint =
        CheckpointStore.isCheckpoint(path, configuration)
            ? CheckpointStore.open(path, configuration)
            : ofRun(path, configuration, best);
    Manifest manifest = checkpoint.manifest();
    String file = new Path(checkpoint.path(), Manifest.FILE).toString();
    JsonNode data = manifest.snapshot().data();
    List<String> keys = new ArrayList<>();
    for (Map.Entry<String, JsonNode> key : data.path("configuration").properties()) {
      keys.add(key.getKey() + "=" + key.getValue().asText());
    }
    return new TrainedModel(
        checkpoint.path().toString(),
        manifest,
        ModelJson.read(file, manifest.model()),
        ModelJson.readNormalisation(file, data.path("normalisation")),
        checkpoint.parameters(),
        keys);
  }

  private static StoredCheckpoint ofRun(Path path, Configuration configuration, boolean best)
      throws IOException {
    CheckpointStore store = CheckpointStore.of(path, configuration, CheckpointListener.NONE);
    var found = best ? best(store) : store.newest();
    return found.orElseThrow(
        () ->
            new InputException(
                path
                    + (best
                        ? ": no checkpoint with a validation metric; expected a run with a validation set"
                        : ": no checkpoint; expected a run's folder or a checkpoint's")));
  }

  /** By the metric that the run compared its validations by. */
  private static Optional<StoredCheckpoint> best(CheckpointStore store) throws IOException {
    List<StoredCheckpoint> stored = store.list();
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    JsonNode training = stored.get(stored.size() - 1).manifest().snapshot().training();
    String name = training.path("stopping").path("metric").asText();
    for (Metric metric : Metric.values()) {
      if (metric.key().equals(name)) {
        return store.best("validation." + metric.key(), metric.higherIsBetter());
      }
    }
    return Optional.empty();
  }

  /**
   * Logical workers of the run that trained it: evaluated in as many shards, losses have the same
   * bits as in training.
   */
  public int workers() {
    return Math.max(1, manifest.snapshot().training().path("workers").asInt());
  }

  /** Refuses a model whose tensors are not those of the layout. */
  public void requireLayout(ParameterLayout layout) {
    List<LayoutTensor> here = manifest.layout();
    for (int i = 0; i < Math.max(here.size(), layout.entries().size()); i++) {
      String found = i < here.size() ? here.get(i).name() + " " + here.get(i).shape() : "nothing";
      String expected =
          i < layout.entries().size()
              ? layout.entries().get(i).name() + " " + layout.entries().get(i).shape()
              : "nothing";
      if (!found.equals(expected)) {
        throw new InputException(
            path + ": tensor " + i + " is " + found + ", expected " + expected);
      }
    }
  }
}
