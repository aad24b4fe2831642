package io.centroid.config;

import com.typesafe.config.ConfigValue;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.config.RunConfig.Average;
import io.centroid.config.RunConfig.Checkpoint;
import io.centroid.config.RunConfig.Compute;
import io.centroid.config.RunConfig.Data;
import io.centroid.config.RunConfig.Divergence;
import io.centroid.config.RunConfig.Model;
import io.centroid.config.RunConfig.Report;
import io.centroid.config.RunConfig.Train;
import io.centroid.config.hocon.ConfigFile;
import io.centroid.config.hocon.KnownKeys;
import io.centroid.data.ClassNames;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.CsvDialect;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import io.centroid.io.decoding.TextEncoding;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.nn.matrix.Precision;
import io.centroid.security.KerberosLogin;
import io.centroid.security.SecretReference;
import io.centroid.train.Metric;
import io.centroid.train.RoundLimit;
import io.centroid.train.worker.InnerStatePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Parses and validates the configuration groups, one method per group. */
final class ConfigReader {
  /** With a shorter timeout a short pause of the store would cost a live writer its lease. */
  private static final Duration LEAST_LEASE_TIMEOUT = Duration.ofSeconds(1);

  private ConfigReader() {}

  static Data data(Settings settings, Extensions extensions) {
    Data.Format format = settings.choice("data.format", Data.Format.class);
    if (format == Data.Format.PROGRAM && extensions.data() == null) {
      throw settings.invalid(
          "data.format",
          "must be a file format, since no program supplies the examples",
          "program");
    }
    if (format != Data.Format.DIGITS
        && format != Data.Format.PROGRAM
        && settings.text("data.path").isEmpty()) {
      throw settings.invalid(
          "data.path", "must name the data when data.format is not digits", "\"\"");
    }
    if (!settings.texts("data.parts").isEmpty()
        && format != Data.Format.IDX
        && format != Data.Format.CSV) {
      throw settings.invalid(
          "data.parts",
          "must be empty when data.format is not idx or csv",
          InputErrors.shorten(settings.texts("data.parts").toString()));
    }
    List<Integer> shape = settings.integers("data.csv.shape", 1);
    if (!shape.isEmpty() && shape.size() != 3) {
      throw settings.invalid(
          "data.csv.shape", "must be empty or [channels, height, width]", shape.toString());
    }
    return new Data(
        format,
        settings.text("data.path"),
        settings.texts("data.parts"),
        settings.text("data.train-file"),
        settings.text("data.train-labels-file"),
        settings.text("data.test-file"),
        settings.text("data.test-labels-file"),
        settings.number(
            "data.validation-split", value -> value >= 0 && value < 1, "from 0 to below 1"),
        settings.choice("data.normalization", Normalization.Method.class),
        settings.choice("data.target-normalization", TargetScaling.Method.class),
        classes(settings),
        settings.integer("data.block", 0),
        settings.bytes("data.decoded-limit"),
        encoding(settings),
        new Data.Csv(
            settings.text("data.csv.target"),
            settings.choice("data.csv.features", Data.Csv.FeatureType.class),
            shape,
            delimiter(settings),
            settings.flag("data.csv.decimal-comma"),
            settings.texts("data.csv.ignore"),
            labels(settings, "data.csv.labels"),
            null,
            false),
        texts(settings),
        new Data.Digits(
            settings.integer("data.digits.train", 1),
            settings.integer("data.digits.test", 0),
            settings.whole("data.digits.seed", Long.MIN_VALUE)),
        format == Data.Format.PROGRAM ? extensions.data() : null);
  }

  /** Class names in the order of their numbers; may be empty. */
  private static List<String> labels(Settings settings, String key) {
    List<String> labels = settings.texts(key).stream().map(ClassNames::name).toList();
    if (labels.size() == 1
        || labels.size() > ClassNames.MOST
        || labels.contains("")
        || Set.copyOf(labels).size() < labels.size()) {
      throw settings.invalid(
          key,
          "must be empty, or 2 to " + ClassNames.MOST + " different names",
          InputErrors.shorten(labels.toString()));
    }
    return labels;
  }

  private static Data.Texts texts(Settings settings) {
    if (settings.text("data.texts.text").isEmpty()) {
      throw settings.invalid("data.texts.text", "must name a column or field", "\"\"");
    }
    return new Data.Texts(
        settings.text("data.texts.text"),
        settings.text("data.texts.label"),
        labels(settings, "data.texts.labels"),
        settings.text("data.texts.tokenizer"));
  }

  private static char delimiter(Settings settings) {
    String name = settings.text("data.csv.delimiter");
    return CsvDialect.delimiter(name)
        .orElseThrow(
            () ->
                settings.invalid(
                    "data.csv.delimiter",
                    "must be auto, tab, or a character that is no letter, digit, quote or part of a"
                        + " number",
                    name));
  }

  private static TextEncoding encoding(Settings settings) {
    String name = settings.text("data.encoding");
    return TextEncoding.named(name)
        .orElseThrow(
            () ->
                settings.invalid(
                    "data.encoding",
                    "must be utf-8 or an encoding of one byte per character, such as latin-1 or"
                        + " windows-1252 (UTF-16 is detected by its byte-order mark; iconv -t UTF-8"
                        + " converts others)",
                    name));
  }

  private static int classes(Settings settings) {
    int classes = settings.integer("data.classes", 0);
    if (classes > ClassNames.MOST) {
      throw settings.invalid(
          "data.classes", "must be at most " + ClassNames.MOST, Integer.toString(classes));
    }
    return classes;
  }

  static Model model(Settings settings, Extensions extensions) {
    Architecture.Custom own = extensions.network();
    return new Model(
        own != null && settings.text("model.name").equals(own.name())
            ? new NetworkSettings.Complete(own)
            : network(settings),
        settings.choice("model.loss", Loss.class),
        settings.text("model.init-from"));
  }

  private static NetworkSettings network(Settings settings) {
    List<Integer> hidden = settings.integers("model.hidden", 1);
    Activation activation = settings.choice("model.activation", Activation.class);
    boolean allowsZip = settings.flag("model.allow-dl4j-zip");
    return switch (settings.choice("model.name", Model.Name.class)) {
      case MLP -> new NetworkSettings.Complete(new Architecture.Mlp(hidden, activation));
      case CNN ->
          new NetworkSettings.Complete(
              new Architecture.Cnn(
                  settings.integers("model.channels", 1),
                  settings.integer("model.kernel", 1),
                  hidden,
                  activation));
      case DL4J -> dl4j(settings, allowsZip);
      case GPT2 -> Gpt2Settings.read(settings);
    };
  }

  private static NetworkSettings dl4j(Settings settings, boolean allowsZip) {
    String start = settings.text("model.init-from");
    boolean ofZip =
        settings.text("model.file").isEmpty() && start.toLowerCase(Locale.ROOT).endsWith(".zip");
    if (!ofZip) {
      return new NetworkSettings.Complete(new Architecture.Dl4j(networkFile(settings)));
    }
    if (!allowsZip) {
      throw settings.invalid(
          "model.allow-dl4j-zip",
          "must be true to read " + start + ", a DL4J zip, which is an untrusted format",
          "false");
    }
    return new NetworkSettings.OfDl4jZip();
  }

  private static String networkFile(Settings settings) {
    String file = settings.text("model.file");
    try {
      return new ConfigFile(file).text();
    } catch (IOException e) {
      throw settings.invalid(
          "model.file", "must be a readable JSON file", file.isEmpty() ? "\"\"" : file);
    }
  }

  static KerberosLogin kerberos(Settings settings) {
    String principal = settings.text("security.kerberos.principal");
    String keytab = settings.text("security.kerberos.keytab");
    if (principal.isEmpty() != keytab.isEmpty()) {
      boolean half = keytab.isEmpty();
      throw settings.invalid(
          half ? "security.kerberos.principal" : "security.kerberos.keytab",
          "must be set together with security.kerberos." + (half ? "keytab" : "principal"),
          half ? principal : keytab);
    }
    return new KerberosLogin(principal, keytab);
  }

  static Compute compute(Settings settings) {
    String engine = settings.text("compute.engine");
    if (!engine.matches("[a-z0-9-]+")) {
      throw settings.invalid(
          "compute.engine", "must be auto or the name of an engine, such as cpu", engine);
    }
    return new Compute(
        engine,
        settings.choice("compute.device", Compute.DeviceKind.class),
        settings.choice("compute.workers", Compute.WorkerKind.class),
        settings.integer("compute.threads", 0),
        settings.integer("compute.threads-per-worker", 1),
        settings.flag("compute.activation-checkpointing"),
        settings.choice("compute.precision", Precision.class),
        settings.bytes("compute.native-memory"),
        cpuKernels(settings));
  }

  private static Optional<CpuKernels> cpuKernels(Settings settings) {
    String name = settings.text("compute.cpu-kernels");
    Optional<CpuKernels> kernels = CpuKernels.named(name);
    if (kernels.isEmpty() && !name.equals("auto")) {
      throw settings.invalid(
          "compute.cpu-kernels", "must be auto or one of " + CpuKernels.names(), name);
    }
    return kernels;
  }

  static Train train(Settings settings) {
    return new Train(
        settings.integer("train.workers", 1),
        settings.text("train.local-steps").equals("auto")
            ? RunConfig.Train.MEASURED
            : settings.integer("train.local-steps", 1),
        settings.number(
            "train.communication-share", value -> value > 0 && value < 1, "between 0 and 1"),
        settings.integer("train.epochs", 1),
        settings.whole("train.steps", 0),
        settings.integer("train.batch-size", 1),
        settings.integer("train.micro-batch", 0),
        settings.whole("train.seed", Long.MIN_VALUE),
        settings.choice("train.inner-state", InnerStatePolicy.class),
        settings.integer("train.early-stopping.patience", 0),
        settings.number("train.early-stopping.minimum-gain", value -> value >= 0, "0 or more"),
        divergence(settings),
        new RoundLimit(
            settings.duration("train.round-timeout"), settings.integer("train.round-attempts", 1)));
  }

  private static Divergence divergence(Settings settings) {
    return new Divergence(
        settings.number(
            "train.outlier-factor", value -> value == 0 || value > 1, "0 or more than 1"),
        settings.choice("train.on-divergence", Divergence.Reaction.class),
        settings.number(
            "train.rollback.learning-rate-factor",
            value -> value > 0 && value <= 1,
            "above 0 and at most 1"),
        settings.integer("train.rollback.limit", 1));
  }

  static Checkpoint checkpoint(Settings settings) {
    return new Checkpoint(
        settings.text("checkpoint.every-rounds").equals("auto")
            ? Checkpoint.BY_TIME
            : settings.integer("checkpoint.every-rounds", 0),
        settings.integer("checkpoint.keep", 1),
        settings.choice("checkpoint.metric", Metric.class),
        settings.choice("checkpoint.commit", Checkpoint.Commit.class),
        settings.duration("checkpoint.lease-timeout", LEAST_LEASE_TIMEOUT));
  }

  static Report report(Settings settings) {
    return new Report(
        settings.flag("report.tensorboard"),
        settings.flag("report.html"),
        settings.texts("report.prompts"),
        settings.integer("report.sample-tokens", 0),
        MlflowConfig.read(settings));
  }

  static OuterStep outer(Settings settings, Extensions extensions) {
    OuterStep own = extensions.outer();
    return own != null && settings.text("outer.name").equals(own.name())
        ? own
        : outer(settings).step();
  }

  /** The effective outer learning rate: the outer optimizer's default if none is set. */
  static double outerLearningRate(Settings settings) {
    double learningRate = settings.number("outer.learning-rate", value -> value >= 0, "0 or more");
    if (learningRate != 0) {
      return learningRate;
    }
    return Arrays.stream(OuterSettings.Name.values())
        .filter(name -> Json.spelling(name).equals(settings.text("outer.name")))
        .mapToDouble(OuterSettings.Name::defaultLearningRate)
        .findFirst()
        .orElse(0);
  }

  private static OuterSettings outer(Settings settings) {
    OuterSettings.Name name = settings.choice("outer.name", OuterSettings.Name.class);
    double learningRate = outerLearningRate(settings);
    settings.number(
        "outer.learning-rate",
        value -> value == 0 || name != OuterSettings.Name.MEAN,
        "0 when outer.name is mean");
    List<Double> betas = betas(settings, "outer.betas");
    return new OuterSettings(
        name,
        learningRate,
        settings.number("outer.momentum", value -> value >= 0 && value < 1, "from 0 to below 1"),
        betas.get(0),
        betas.get(1),
        settings.number("outer.epsilon", value -> value > 0, "> 0"));
  }

  static Average average(Settings settings, Extensions extensions) {
    Codec own = extensions.codec();
    double topKFraction =
        settings.number(
            "average.top-k-fraction", value -> value > 0 && value <= 1, "above 0 and at most 1");
    return new Average(
        own != null && settings.text("average.codec").equals(own.name())
            ? own
            : Codec.of(settings.choice("average.codec", Codec.Name.class), topKFraction),
        settings.integer("average.slices", 0));
  }

  static RunConfig.Privacy privacy(Settings settings, Data data, Model model, Train train) {
    RunConfig.Privacy privacy =
        new RunConfig.Privacy(
            settings.number("privacy.clip-norm", value -> value >= 0, "0 or more"),
            settings.number("privacy.noise-multiplier", value -> value >= 0, "0 or more"),
            settings.number("privacy.delta", value -> value > 0 && value < 1, "between 0 and 1"),
            settings.text("privacy.noise-key"));
    if (!privacy.noiseKey().isEmpty() && SecretReference.parse(privacy.noiseKey()).isEmpty()) {
      throw settings.invalid(
          "privacy.noise-key",
          "must be a reference to the key, " + SecretReference.WAYS,
          "(not shown, it may be the key)");
    }
    if (!privacy.isOn()) {
      requireUnset(settings, "privacy.noise-multiplier", privacy.noiseMultiplier());
      requireUnset(settings, "privacy.delta", privacy.delta());
      requireUnset(settings, "privacy.noise-key", privacy.noiseKey());
      return privacy;
    }
    if (privacy.noiseMultiplier() == 0) {
      throw settings.invalid(
          "privacy.noise-multiplier",
          "must be above 0, such as 1, when privacy.clip-norm is not 0",
          "0");
    }
    if (data.normalization() == Normalization.Method.STANDARDIZE) {
      throw settings.invalid(
          "data.normalization",
          "must be none or unit when privacy.clip-norm is not 0, since moments of the examples are"
              + " not private",
          "standardize");
    }
    if (model.loss() == Loss.MEAN_SQUARED_ERROR
        && data.targetNormalization() == TargetScaling.Method.STANDARDIZE) {
      throw settings.invalid(
          "data.target-normalization",
          "must be none when privacy.clip-norm is not 0, since moments of the targets are not"
              + " private",
          "standardize");
    }
    if (train.divergence().reaction() == Divergence.Reaction.ROLLBACK) {
      throw settings.invalid(
          "train.on-divergence",
          "must be stop when privacy.clip-norm is not 0, since steps that are taken again would use"
              + " their Gaussian noise twice",
          "rollback");
    }
    return privacy;
  }

  /** Who sets one of the others expects training to be private. */
  private static void requireUnset(Settings settings, String key, Object value) {
    Object byDefault = KnownKeys.defaultOf(key).map(ConfigValue::unwrapped).orElseThrow();
    Object number = byDefault instanceof Number any ? any.doubleValue() : byDefault;
    if (!number.equals(value)) {
      throw settings.invalid(
          key,
          "must not be set when privacy.clip-norm is 0, since training is not private then",
          settings.text(key));
    }
  }

  /** The two decay rates of Adam's moments. */
  static List<Double> betas(Settings settings, String key) {
    List<Double> betas = settings.fractions(key);
    if (betas.size() != 2) {
      throw settings.invalid(key, "must be two numbers", betas.toString());
    }
    return betas;
  }
}
