package io.centroid.run;

import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.data.DataSummary;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.Version;
import io.centroid.model.DataJson;
import io.centroid.model.ModelJson;
import io.centroid.model.TrainingJson;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.InnerState;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.privacy.PrivacyAccount;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Metric;
import io.centroid.train.RunHistory;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.WorkerSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Converts a run's state to and from the content of a checkpoint. */
final class RunCheckpoints {
  private static final Set<String> LENGTH = Set.of("train.epochs", "train.steps");

  private final WorkerSpec spec;
  private final TrainingPlan plan;
  private final ParameterLayout layout;
  private final CarriedTensors carried;
  private final Metric metric;
  private final Map<String, String> trajectory;
  private final String trajectoryHash;
  private final Map<String, String> dataKeys;
  private final DataSummary data;
  private final String dataDigest;
  private final @Nullable TableSchema table;
  private final Map<String, String> provenance;
  private final Map<String, byte[]> tokenizerFiles;
  private final @Nullable PrivacyAccount privacy;

  RunCheckpoints(
      HadoopFiles files,
      WorkerSpec spec,
      TrainingPlan plan,
      ParameterLayout layout,
      List<String> outerNames,
      Metric metric,
      Map<String, String> trajectory,
      String trajectoryHash,
      Map<String, String> dataKeys,
      DataSummary data,
      String dataDigest,
      @Nullable TableSchema table,
      Map<String, String> provenance,
      Map<String, byte[]> tokenizerFiles,
      @Nullable PrivacyAccount privacy) {
    this.spec = spec;
    this.plan = plan;
    this.layout = layout;
    this.carried = new CarriedTensors(files, spec, layout.parameterCount(), outerNames);
    this.metric = metric;
    this.trajectory = trajectory;
    this.trajectoryHash = trajectoryHash;
    this.dataKeys = dataKeys;
    this.data = data;
    this.dataDigest = dataDigest;
    this.table = table;
    this.provenance = provenance;
    this.tokenizerFiles = tokenizerFiles;
    this.privacy = privacy;
  }

  /**
   * The description of a state.
   *
   * @param innerSteps number of steps of each optimizer state that a worker keeps
   */
  Snapshot snapshot(
      TrainState state,
      List<Long> innerSteps,
      int localSteps,
      Map<String, Double> metrics,
      EarlyStopping.State stopping) {
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
        Json.tree(DataJson.of(data, dataDigest, spec.normalization(), dataKeys, table, provenance)),
        Json.tree(training(state, innerSteps, localSteps, stopping)));
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

  /** Additional files of a checkpoint: the tokenizer of a text model. */
  Map<String, byte[]> attachments() {
    return tokenizerFiles;
  }

  /** The state carried between rounds. */
  CarriedTensors carried() {
    return carried;
  }

  /**
   * The state to resume from.
   *
   * @param inTasks whether tasks can read the checkpoint's files
   * @throws InputException if the checkpoint has another model, data or configuration
   */
  TrainState resume(LoadedCheckpoint checkpoint, boolean inTasks) {
    Snapshot snapshot = checkpoint.manifest().snapshot();
    requireSameTrajectory(checkpoint);
    requireSameData(checkpoint);
    TrainingJson training = training(checkpoint);
    return new TrainState(
        snapshot.round(),
        snapshot.step(),
        Math.toIntExact(snapshot.position().epoch()),
        Math.toIntExact(snapshot.position().stepInEpoch()),
        training.examples(),
        checkpoint.parameters(),
        carried.read(checkpoint, inTasks),
        training.history());
  }

  /** Local steps per round of the run that wrote the checkpoint. */
  static int localSteps(LoadedCheckpoint checkpoint) {
    return training(checkpoint).localSteps();
  }

  private static TrainingJson training(LoadedCheckpoint checkpoint) {
    return TrainingJson.read(checkpoint.path(), checkpoint.manifest());
  }

  /** The state of early stopping; empty if it compared another metric. */
  Optional<EarlyStopping.State> stopping(LoadedCheckpoint checkpoint) {
    TrainingJson.Stopping stopping = training(checkpoint).stopping();
    if (!stopping.metric().equals(metric.key())) {
      return Optional.empty();
    }
    return Optional.of(
        new EarlyStopping.State(
            Objects.requireNonNullElse(stopping.best(), Double.NaN), stopping.withoutGain()));
  }

  /**
   * Versions that differ from those of the run that wrote the checkpoint, for a warning: results
   * may differ in the last bits.
   */
  Map<String, String> otherVersions(Manifest manifest) {
    Map<String, String> others = new TreeMap<>();
    spec.network()
        .versions()
        .forEach(
            (name, version) -> {
              String there = manifest.snapshot().versions().get(name);
              if (!version.equals(there)) {
                others.put(
                    name,
                    (there == null ? "not" : there) + " in the checkpoint, " + version + " now");
              }
            });
    String device = manifest.snapshot().versions().get("device");
    if (device != null && !spec.network().versions().containsKey("device")) {
      others.put("device", device + " in the checkpoint, cpu now");
    }
    return others;
  }

  private void requireSameTrajectory(LoadedCheckpoint checkpoint) {
    Snapshot snapshot = checkpoint.manifest().snapshot();
    if (snapshot.configurationHash().equals(trajectoryHash)) {
      return;
    }
    Map<String, String> there = training(checkpoint).configuration();
    SortedMap<String, String> differences = differences(there, trajectory);
    boolean lengthOnly = isLength(differences.keySet());
    if (lengthOnly && isBeforeDecay(snapshot.step(), there)) {
      return;
    }
    throw new InputException(
        checkpoint.path()
            + " has another configuration ("
            + String.join("; ", differences.values())
            + ")"
            + (lengthOnly ? whyNotLengthened() : "")
            + "; choose another run.dir, or start from it with model.init-from");
  }

  /** The settings that differ, each described in full, by key. */
  static SortedMap<String, String> differences(Map<String, String> there, Map<String, String> now) {
    SortedMap<String, String> differences = new TreeMap<>();
    TreeSet<String> keys = new TreeSet<>(now.keySet());
    keys.addAll(there.keySet());
    for (String key : keys) {
      String before = there.getOrDefault(key, "not set");
      String after = now.getOrDefault(key, "not set");
      if (!before.equals(after)) {
        differences.put(key, key + " was " + before + " and is " + after);
      }
    }
    return differences;
  }

  /** Whether settings alone determine the length of the run. */
  static boolean isLength(Set<String> keys) {
    return LENGTH.containsAll(keys);
  }

  /**
   * Whether the learning rates up to a step are the same with the length that a checkpoint's
   * configuration sets and with this run's.
   */
  private boolean isBeforeDecay(long step, Map<String, String> there) {
    if (!(spec.optimizer().schedule().shape() instanceof LearningRateSchedule.StableDecay decay)) {
      return false;
    }
    long steps = Long.parseLong(there.getOrDefault("train.steps", "0"));
    long total =
        steps > 0
            ? steps
            : Long.parseLong(there.getOrDefault("train.epochs", "0")) * plan.stepsPerEpoch();
    return step <= decay.decayStart(total) && step <= decay.decayStart(plan.totalSteps());
  }

  private String whyNotLengthened() {
    return spec.optimizer().schedule().shape() instanceof LearningRateSchedule.StableDecay
        ? ": the length can be changed only until the learning rate decays"
        : ": the learning rate depends on the length of the run (with optimizer.schedule.name ="
            + " warmup-stable-decay only at its end)";
  }

  private void requireSameData(LoadedCheckpoint checkpoint) {
    DataJson stored = DataJson.read(checkpoint.path(), checkpoint.manifest());
    String there = stored.sha256();
    if (!there.equals(dataDigest)) {
      throw new InputException(
          checkpoint.path()
              + " was trained on other data"
              + (privacy == null ? " (SHA-256 " : " or with another privacy.noise-key (digest ")
              + abbreviated(there)
              + " in the checkpoint, "
              + abbreviated(dataDigest)
              + " now); choose another run.dir, or start from it with model.init-from");
    }
    if (!stored.hasNormalization(spec.normalization())) {
      throw new InputException(
          checkpoint.path()
              + " was trained with another normalization than this version derives from the same"
              + " data; choose another run.dir, or start from it with model.init-from");
    }
  }

  private static String abbreviated(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) : hash;
  }

  private TrainingJson training(
      TrainState state, List<Long> innerSteps, int localSteps, EarlyStopping.State stopping) {
    RunHistory history = state.history();
    InnerState shared = state.carried().shared();
    return new TrainingJson(
        spec.workers(),
        localSteps,
        state.examples(),
        spec.innerState(),
        shared == null ? innerSteps : List.of(shared.steps()),
        FloatVector.sha256(state.parameters()),
        history.deltaNorms(),
        history.learningRateScale(),
        history.rollbacks(),
        new TrainingJson.Stopping(
            metric.key(),
            Double.isNaN(stopping.best()) ? null : stopping.best(),
            stopping.withoutGain()),
        privacy == null ? null : privacy.after(state.steps()),
        trajectory);
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>(spec.network().versions());
    versions.put("centroid", Version.number());
    return versions;
  }
}
