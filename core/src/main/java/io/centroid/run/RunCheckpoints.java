package io.centroid.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.data.DataSummary;
import io.centroid.io.Json;
import io.centroid.model.ModelJson;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Metric;
import io.centroid.train.TrainState;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a run's state into what a checkpoint stores, and back. */
final class RunCheckpoints {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WorkerSpec spec;
  private final ParameterLayout layout;
  private final CarriedTensors carried;
  private final Metric metric;
  private final Map<String, String> trajectory;
  private final String trajectoryHash;
  private final Map<String, String> dataKeys;
  private final DataSummary data;
  private final Map<String, byte[]> tokenizerFiles;

  RunCheckpoints(
      WorkerSpec spec,
      ParameterLayout layout,
      List<String> outerNames,
      Metric metric,
      Map<String, String> trajectory,
      String trajectoryHash,
      Map<String, String> dataKeys,
      DataSummary data,
      Map<String, byte[]> tokenizerFiles) {
    this.spec = spec;
    this.layout = layout;
    this.carried = new CarriedTensors(spec, layout.parameterCount(), outerNames);
    this.metric = metric;
    this.trajectory = trajectory;
    this.trajectoryHash = trajectoryHash;
    this.dataKeys = dataKeys;
    this.data = data;
    this.tokenizerFiles = tokenizerFiles;
  }

  Snapshot snapshot(
      TrainState state, int localSteps, Map<String, Double> metrics, EarlyStopping.State stopping) {
    Map<String, Double> finite = new TreeMap<>(metrics);
    finite.values().removeIf(value -> !Double.isFinite(value));
    return new Snapshot(
        state.steps(),
        state.rounds(),
        spec.seed(),
        new Position(state.epoch(), state.stepInEpoch()),
        trajectoryHash,
        layout.entries().stream()
            .map(
                entry ->
                    new LayoutTensor(
                        entry.name(), entry.shape(), entry.role().name().toLowerCase(Locale.ROOT)))
            .toList(),
        versions(),
        finite,
        ModelJson.write(spec.network()),
        dataNode(),
        trainingNode(state, localSteps, stopping));
  }

  List<TensorSlice> parameters(TrainState state) {
    return layout.entries().stream()
        .map(
            entry ->
                new TensorSlice(
                    entry.name(),
                    entry.shape(),
                    state.parameters(),
                    Math.toIntExact(entry.offset())))
        .toList();
  }

  /** What stands beside the tensors: the tokenizer of a model of texts. */
  Map<String, byte[]> attachments() {
    return tokenizerFiles;
  }

  List<TensorSlice> state(TrainState state) {
    return carried.write(state.carried());
  }

  /**
   * The state to go on from.
   *
   * @throws InputException if the checkpoint is of another model, data or configuration
   */
  TrainState resume(LoadedCheckpoint checkpoint) {
    Snapshot snapshot = checkpoint.manifest().snapshot();
    requireSameTrajectory(checkpoint);
    requireSameData(checkpoint);
    JsonNode training = snapshot.training();
    return new TrainState(
        snapshot.round(),
        snapshot.step(),
        Math.toIntExact(snapshot.position().epoch()),
        Math.toIntExact(snapshot.position().stepInEpoch()),
        training.path("examples").asLong(),
        checkpoint.parameters(),
        carried.read(checkpoint),
        HistoryJson.read(checkpoint.path().toString(), training));
  }

  /** The local steps that the checkpoint's writer took between meetings; 0 if it did not say. */
  static int localSteps(LoadedCheckpoint checkpoint) {
    return checkpoint.manifest().snapshot().training().path("localSteps").asInt(0);
  }

  /** What early stopping remembered; empty if it compared another metric. */
  Optional<EarlyStopping.State> stopping(LoadedCheckpoint checkpoint) {
    JsonNode node = checkpoint.manifest().snapshot().training().path("stopping");
    if (!node.path("metric").asText().equals(metric.key())) {
      return Optional.empty();
    }
    return Optional.of(
        new EarlyStopping.State(
            node.path("best").asDouble(Double.NaN), node.path("withoutGain").asInt()));
  }

  /**
   * Versions in which this JVM differs from the checkpoint's writer, for a warning: the bits may
   * differ from here on.
   */
  Map<String, String> otherVersions(Manifest manifest) {
    Map<String, String> others = new TreeMap<>();
    spec.network()
        .engine()
        .versions()
        .forEach(
            (name, version) -> {
              String there = manifest.snapshot().versions().get(name);
              if (!version.equals(there)) {
                others.put(name, there + " there, " + version + " here");
              }
            });
    return others;
  }

  private void requireSameTrajectory(LoadedCheckpoint checkpoint) {
    Snapshot snapshot = checkpoint.manifest().snapshot();
    if (snapshot.configurationHash().equals(trajectoryHash)) {
      return;
    }
    JsonNode there = snapshot.training().path("configuration");
    TreeSet<String> keys = new TreeSet<>(trajectory.keySet());
    there.fieldNames().forEachRemaining(keys::add);
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = there.path(key).asText("none");
      String now = trajectory.getOrDefault(key, "none");
      if (!before.equals(now)) {
        differences.add(key + " was " + before + " and is " + now);
      }
    }
    throw new InputException(
        checkpoint.path()
            + " is of another configuration ("
            + String.join("; ", differences)
            + "); choose another run.dir, or start from it with model.init-from");
  }

  private void requireSameData(LoadedCheckpoint checkpoint) {
    String there = checkpoint.manifest().snapshot().data().path("sha256").asText();
    if (!there.equals(data.sha256())) {
      throw new InputException(
          checkpoint.path()
              + " was trained on other data (SHA-256 "
              + abbreviated(there)
              + " there, "
              + abbreviated(data.sha256())
              + " now); choose another run.dir, or start from it with model.init-from");
    }
  }

  private static String abbreviated(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) : hash;
  }

  private ObjectNode dataNode() {
    ObjectNode node = JSON.createObjectNode();
    node.put("sha256", data.sha256());
    node.put("train", data.train());
    node.put("validation", data.validation());
    node.set("normalisation", ModelJson.write(spec.normalisation()));
    ObjectNode keys = node.putObject("configuration");
    dataKeys.forEach(keys::put);
    return node;
  }

  private ObjectNode trainingNode(TrainState state, int localSteps, EarlyStopping.State stopping) {
    ObjectNode node = JSON.createObjectNode();
    node.put("workers", spec.workers());
    node.put("localSteps", localSteps);
    node.put("examples", state.examples());
    node.put("innerState", spec.innerState().name().toLowerCase(Locale.ROOT));
    ArrayNode steps = node.putArray("innerSteps");
    CarriedTensors.inner(state.carried()).forEach(inner -> steps.add(inner.steps()));
    node.put("parametersSha256", FloatVector.sha256(state.parameters()));
    node.setAll(Json.tree(HistoryJson.of(state.history())));
    ObjectNode stoppingNode = node.putObject("stopping");
    stoppingNode.put("metric", metric.key());
    if (!Double.isNaN(stopping.best())) {
      stoppingNode.put("best", stopping.best());
    }
    stoppingNode.put("withoutGain", stopping.withoutGain());
    ObjectNode keys = node.putObject("configuration");
    trajectory.forEach(keys::put);
    return node;
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>(spec.network().engine().versions());
    versions.put(
        "centroid",
        Objects.requireNonNullElse(
            RunCheckpoints.class.getPackage().getImplementationVersion(), "development"));
    return versions;
  }
}
