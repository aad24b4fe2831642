package io.centroid.config;

import io.centroid.InputException;
import io.centroid.Sha256;
import io.centroid.data.CsvFormat;
import io.centroid.data.Normalisation;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Backend;
import io.centroid.model.Loss;
import io.centroid.train.InnerStatePolicy;
import io.centroid.train.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run's configuration, read and checked once. Each group of keys is a record; reference.conf says
 * what each key means.
 *
 * @param dataKeys the keys of {@code data}, from which {@link #load} rebuilds how the data is read
 * @param trajectory every key that shapes the parameters at a given step, in one spelling: where
 *     two runs agree here, one may go on from the other's checkpoint
 * @param effective the whole configuration as HOCON text
 */
public record RunConfig(
    Run run,
    Data data,
    Model model,
    Compute compute,
    Train train,
    OptimizerConfig optimizer,
    Outer outer,
    Checkpoint checkpoint,
    Spark spark,
    Fetch fetch,
    Map<String, String> dataKeys,
    Map<String, String> trajectory,
    String effective) {

  /** Where the run writes; {@code name} and {@code dir} are never empty. */
  public record Run(String name, String dir) {}

  public record Data(
      Format format,
      String path,
      String trainFile,
      String trainLabelsFile,
      String testFile,
      String testLabelsFile,
      double validationSplit,
      Normalisation.Method normalisation,
      int classes,
      long decodedLimit,
      Csv csv,
      Digits digits) {

    public enum Format {
      DIGITS,
      IDX,
      CSV
    }

    public record Csv(String target, FeatureType features, List<Integer> shape) {
      public enum FeatureType {
        PIXELS,
        NUMBERS
      }
    }

    public record Digits(int train, int test, long seed) {}
  }

  public record Model(Architecture architecture, Loss loss, String initFrom) {
    enum Name {
      MLP,
      CNN,
      DL4J
    }
  }

  public record Compute(Backend backend, WorkerKind workers, int threads, long nativeMemory) {
    public enum WorkerKind {
      SPARK,
      LOCAL
    }
  }

  public record Train(
      int workers,
      int localSteps,
      int epochs,
      long steps,
      int batchSize,
      long seed,
      InnerStatePolicy innerState,
      int patience,
      double minimumGain) {}

  public record Checkpoint(int everyRounds, int keep, Metric metric, Commit commit) {
    public enum Commit {
      AUTO,
      RENAME,
      MANIFEST_LAST
    }
  }

  /** The outer step. */
  public record Outer(Name name) {
    public enum Name {
      MEAN
    }
  }

  /** Base addresses of mirrors, in the order in which they are tried. */
  public record Fetch(List<String> mnistMirrors) {
    public Fetch {
      mnistMirrors = List.copyOf(mnistMirrors);
    }
  }

  public record Spark(String master, Map<String, String> conf) {}

  /**
   * Reads a configuration.
   *
   * @param file HOCON file, or null for the built-in digits run
   * @param overrides {@code key=value} each, the later wins
   * @throws InputException naming key, value and place
   */
  public static RunConfig load(@Nullable Path file, List<String> overrides) {
    Settings settings = Settings.load(file, overrides);
    Model model = model(settings);
    Map<String, String> shaping =
        new TreeMap<>(settings.canonical(List.of("data", "model", "train", "optimizer", "outer")));
    Compute compute = compute(settings);
    if (compute.backend() != Backend.CPU) {
      // Absent for the default, so that checkpoints from before the choice go on.
      shaping.put("compute.backend", settings.text("compute.backend"));
    }
    if (model.architecture() instanceof Architecture.Dl4j dl4j) {
      shaping.put("model.file", "sha256 " + Sha256.of(dl4j.json()));
    }
    String name = settings.text("run.name");
    if (name.isEmpty()) {
      name = baseName(file) + "-" + Sha256.of(shaping.toString()).substring(0, 8);
    }
    if (!name.matches("[\\w.-]+")) {
      throw settings.refused(
          "run.name", "must consist of letters, digits, dots, dashes and underscores", name);
    }
    String dir = settings.text("run.dir");
    OptimizerConfig optimizer = OptimizerConfig.read(settings);
    return new RunConfig(
        new Run(name, dir.isEmpty() ? "runs/" + name : dir),
        data(settings),
        model,
        compute,
        train(settings),
        optimizer,
        new Outer(settings.choice("outer.name", Outer.Name.class)),
        checkpoint(settings),
        new Spark(settings.text("spark.master"), settings.entries("spark.conf")),
        new Fetch(settings.texts("fetch.mnist.mirrors")),
        settings.written("data"),
        trajectory(shaping, optimizer),
        settings.render());
  }

  /** SHA-256 of the trajectory's keys and values. */
  public String trajectoryHash() {
    return Sha256.of(trajectory.toString());
  }

  private static Map<String, String> trajectory(
      Map<String, String> shaping, OptimizerConfig optimizer) {
    Map<String, String> trajectory = new TreeMap<>(shaping);
    trajectory
        .keySet()
        .removeIf(key -> key.startsWith("train.early-stopping.") || key.equals("data.path"));
    trajectory.keySet().removeIf(key -> key.endsWith("-file") || key.equals("data.decoded-limit"));
    trajectory.remove("model.init-from");
    if (!optimizer.dependsOnLength()) {
      trajectory.remove("train.epochs");
      trajectory.remove("train.steps");
    }
    return trajectory;
  }

  private static Data data(Settings settings) {
    Data.Format format = settings.choice("data.format", Data.Format.class);
    if (format != Data.Format.DIGITS && settings.text("data.path").isEmpty()) {
      throw settings.refused(
          "data.path", "must name the data when data.format is not digits", "\"\"");
    }
    List<Integer> shape = settings.integers("data.csv.shape", 1);
    if (!shape.isEmpty() && shape.size() != 3) {
      throw settings.refused(
          "data.csv.shape", "must be empty or [channels, height, width]", shape.toString());
    }
    return new Data(
        format,
        settings.text("data.path"),
        settings.text("data.train-file"),
        settings.text("data.train-labels-file"),
        settings.text("data.test-file"),
        settings.text("data.test-labels-file"),
        settings.number(
            "data.validation-split", value -> value >= 0 && value < 1, "from 0 to below 1"),
        settings.choice("data.normalisation", Normalisation.Method.class),
        classes(settings),
        settings.bytes("data.decoded-limit"),
        new Data.Csv(
            settings.text("data.csv.target"),
            settings.choice("data.csv.features", Data.Csv.FeatureType.class),
            shape),
        new Data.Digits(
            settings.integer("data.digits.train", 1),
            settings.integer("data.digits.test", 0),
            settings.whole("data.digits.seed", Long.MIN_VALUE)));
  }

  private static int classes(Settings settings) {
    int classes = settings.integer("data.classes", 0);
    if (classes > CsvFormat.MOST_CLASSES) {
      throw settings.refused(
          "data.classes", "must be at most " + CsvFormat.MOST_CLASSES, Integer.toString(classes));
    }
    return classes;
  }

  private static Model model(Settings settings) {
    List<Integer> hidden = settings.integers("model.hidden", 1);
    Activation activation = settings.choice("model.activation", Activation.class);
    Architecture architecture =
        switch (settings.choice("model.name", Model.Name.class)) {
          case MLP -> new Architecture.Mlp(hidden, activation);
          case CNN ->
              new Architecture.Cnn(
                  settings.integers("model.channels", 1),
                  settings.integer("model.kernel", 1),
                  hidden,
                  activation);
          case DL4J -> new Architecture.Dl4j(networkFile(settings));
        };
    return new Model(
        architecture, settings.choice("model.loss", Loss.class), settings.text("model.init-from"));
  }

  private static String networkFile(Settings settings) {
    String file = settings.text("model.file");
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw settings.refused(
          "model.file", "must be a readable JSON file", file.isEmpty() ? "\"\"" : file);
    }
  }

  private static Compute compute(Settings settings) {
    int threadsPerWorker = settings.integer("compute.threads-per-worker", 1);
    if (threadsPerWorker != 1) {
      throw settings.refused(
          "compute.threads-per-worker", "must be 1", Integer.toString(threadsPerWorker));
    }
    return new Compute(
        settings.choice("compute.backend", Backend.class),
        settings.choice("compute.workers", Compute.WorkerKind.class),
        settings.integer("compute.threads", 0),
        settings.bytes("compute.native-memory"));
  }

  private static Train train(Settings settings) {
    return new Train(
        settings.integer("train.workers", 1),
        settings.integer("train.local-steps", 1),
        settings.integer("train.epochs", 1),
        settings.whole("train.steps", 0),
        settings.integer("train.batch-size", 1),
        settings.whole("train.seed", Long.MIN_VALUE),
        settings.choice("train.inner-state", InnerStatePolicy.class),
        settings.integer("train.early-stopping.patience", 0),
        settings.number("train.early-stopping.minimum-gain", value -> value >= 0, "0 or more"));
  }

  private static Checkpoint checkpoint(Settings settings) {
    return new Checkpoint(
        settings.integer("checkpoint.every-rounds", 0),
        settings.integer("checkpoint.keep", 1),
        settings.choice("checkpoint.metric", Metric.class),
        settings.choice("checkpoint.commit", Checkpoint.Commit.class));
  }

  private static String baseName(@Nullable Path file) {
    if (file == null || file.getFileName() == null) {
      return "digits";
    }
    return file.getFileName().toString().replaceFirst("\\.[^.]*$", "").replaceAll("[^\\w.-]", "_");
  }
}
