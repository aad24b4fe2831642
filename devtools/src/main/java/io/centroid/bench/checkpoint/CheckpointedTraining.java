package io.centroid.bench.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.averaging.DenseTraining;
import io.centroid.checkpoint.AsyncSaver;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.config.RunConfig;
import io.centroid.io.storage.StoredFile;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.InnerState;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Training of one network with or without a checkpoint after each round. Each run continues from
 * the previous one.
 */
final class CheckpointedTraining {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final CheckpointSettings settings;
  private final DenseTraining training;
  private final ParameterLayout layout;
  private int localSteps = 1;
  private TrainState state;
  private long checkpointBytes;
  private final List<Double> saveMillis = new ArrayList<>();
  private final List<Double> saveCpuMillis = new ArrayList<>();

  CheckpointedTraining(CheckpointSettings settings, CheckpointedNetwork network, ShardedData data) {
    this.settings = settings;
    this.training =
        DenseTraining.of(
            configuration(settings, network),
            data,
            settings.workers(),
            network.hidden(),
            settings.batchSize());
    this.layout = training.layout();
    this.state = training.initial();
  }

  static RunConfig configuration(CheckpointSettings settings, CheckpointedNetwork network) {
    return RunConfig.load(
        null,
        List.of(
            "run.name=bench",
            "data.digits.train=" + settings.examples(),
            "data.digits.test=0",
            "optimizer.name=" + network.optimizer(),
            "optimizer.learning-rate=0.001"));
  }

  long parameters() {
    return layout.parameterCount();
  }

  int localSteps() {
    return localSteps;
  }

  /** Size of the last saved checkpoint in bytes. */
  long checkpointBytes() {
    return checkpointBytes;
  }

  /** Duration of each save in milliseconds, concurrent with training. */
  List<Double> saveMillis() {
    return saveMillis;
  }

  /** CPU time of each save in milliseconds. */
  List<Double> saveCpuMillis() {
    return saveCpuMillis;
  }

  void clearSaves() {
    saveMillis.clear();
    saveCpuMillis.clear();
  }

  /** Chooses the number of local steps so that a round takes about the requested time. */
  void chooseLocalSteps() {
    for (int attempt = 0; attempt < 4; attempt++) {
      double nanos = run(null, 3);
      double target = settings.roundSeconds() * 1e9 / nanos * localSteps;
      localSteps = (int) Math.max(1, Math.min(training.stepsPerEpoch(), Math.round(target)));
    }
    clearSaves();
  }

  /**
   * Returns the mean nanoseconds per round, from the end of the first round to the end of the last.
   */
  double run(@Nullable CheckpointWriter writer, int rounds) {
    try (AsyncSaver saver = new AsyncSaver()) {
      Rounds times = new Rounds(writer, saver);
      state = training.run(state, localSteps, rounds, times);
      return (double) (times.last - times.first) / Math.max(1, times.count - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void save(CheckpointWriter writer, TrainState saved) throws IOException {
    long started = System.nanoTime();
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    ObjectNode hash = JsonNodeFactory.instance.objectNode();
    hash.put("parametersSha256", FloatVector.sha256(saved.parameters()));
    Snapshot snapshot =
        new Snapshot(
            saved.steps(),
            saved.rounds(),
            BenchSettings.SEED,
            new Position(saved.epoch(), saved.stepInEpoch()),
            "bench",
            layout.entries().stream()
                .map(
                    entry ->
                        new LayoutTensor(
                            entry.name(),
                            entry.shape(),
                            entry.role().name().toLowerCase(Locale.ROOT)))
                .toList(),
            Map.of(),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            hash);
    List<TensorSlice> parameters =
        layout.entries().stream()
            .map(
                entry ->
                    new TensorSlice(
                        entry.name(),
                        entry.shape(),
                        saved.parameters(),
                        Math.toIntExact(entry.offset())))
            .toList();
    checkpointBytes =
        writer
            .save(snapshot, parameters, inner(saved), Map.of())
            .manifest()
            .files()
            .values()
            .stream()
            .mapToLong(StoredFile::bytes)
            .sum();
    saveMillis.add((System.nanoTime() - started) / 1e6);
    saveCpuMillis.add((THREADS.getCurrentThreadCpuTime() - cpuBefore) / 1e6);
  }

  private List<TensorSlice> inner(TrainState saved) {
    List<TensorSlice> tensors = new ArrayList<>();
    List<String> moments = training.spec().optimizer().stateNames();
    InnerState shared = saved.carried().shared();
    for (int i = 0; shared != null && i < moments.size(); i++) {
      tensors.add(TensorSlice.whole("inner.0." + moments.get(i), shared.moments().get(i)));
    }
    return tensors;
  }

  private final class Rounds implements TrainingListener {
    private final @Nullable CheckpointWriter writer;
    private final AsyncSaver saver;
    private long first;
    private long last;
    private int count;

    private Rounds(@Nullable CheckpointWriter writer, AsyncSaver saver) {
      this.writer = writer;
      this.saver = saver;
    }

    @Override
    public void onRound(TrainState after, Round round, RoundResult result, long roundNanos) {
      CheckpointWriter saving = writer;
      if (saving != null) {
        try {
          saver.submit(() -> save(saving, after));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      last = System.nanoTime();
      first = count++ == 0 ? last : first;
    }
  }
}
