package io.centroid.run;

import io.centroid.config.Gpt2Settings;
import io.centroid.config.NetworkSettings;
import io.centroid.config.RunConfig;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.StoredNetwork;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's network as far as the configuration and {@code model.init-from} determine it, before the
 * data is read.
 */
final class ResolvedNetwork {
  /** {@code layer_norm_epsilon} of every published GPT-2. */
  private static final float EPSILON = 1e-5f;

  /** Maximum length of an array. */
  static final int MOST_PARAMETERS = Integer.MAX_VALUE - 8;

  private final NetworkSettings choice;
  private final boolean classifies;
  private final Gpt2Execution execution;
  private final @Nullable Gpt2Config starting;
  private final @Nullable StoredNetwork stored;

  private ResolvedNetwork(
      NetworkSettings choice,
      boolean classifies,
      Gpt2Execution execution,
      @Nullable Gpt2Config starting,
      @Nullable StoredNetwork stored) {
    this.choice = choice;
    this.classifies = classifies;
    this.execution = execution;
    this.starting = starting;
    this.stored = stored;
  }

  /**
   * Resolves the configured network. Reads the sizes of {@code model.init-from} if they are needed.
   *
   * @throws InputException if the engine does not support the network, or the processor the
   *     precision
   */
  static ResolvedNetwork of(RunConfig config, HadoopFiles files, Engines engines)
      throws IOException {
    NetworkSettings choice = config.model().network();
    // Fails before the data is read, which may take long, if the engine cannot run.
    if (choice instanceof NetworkSettings.Complete complete) {
      LearnerFactory engine = engines.engine(complete.architecture());
      engine.require(config.compute().precision());
      // Where tasks may compute on GPUs, the driver need not be able to load the library.
      if (config.compute().device() == RunConfig.Compute.DeviceKind.CPU
          || engine.gpus().isEmpty()) {
        engine.versions();
      }
    } else {
      engines.preferred().require(config.compute().precision());
    }
    String start = config.model().initFrom();
    boolean fromStart = choice instanceof Gpt2Settings gpt2 && gpt2.sizes() == null;
    return new ResolvedNetwork(
        choice,
        config.data().format() == RunConfig.Data.Format.TEXTS,
        new Gpt2Execution(
            config.compute().threadsPerWorker(),
            config.train().microBatch(),
            config.compute().recomputes(),
            config.compute().precision()),
        fromStart ? gpt2(TrainedModel.load(files, start, false, engines)) : null,
        choice instanceof NetworkSettings.OfDl4jZip ? opened(files, start, engines) : null);
  }

  private static StoredNetwork opened(HadoopFiles files, String start, Engines engines)
      throws IOException {
    if (TrustedKeys.configured(files.configuration()).isRequired()) {
      throw new InputException(
              "model.init-from: "
                  + start
                  + " has no signature, as every zip of DL4J, and signature.trusted asks for one")
          .about(TrustedKeys.SETTING);
    }
    return engines.open(files, start);
  }

  /** The network's file, if it is in an engine's own format. */
  Optional<StoredNetwork> stored() {
    return Optional.ofNullable(stored);
  }

  private static Gpt2Config gpt2(TrainedModel model) {
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      return gpt2.config();
    }
    throw new InputException(
        model.path() + " is not a GPT-2 model, which model.gpt2.size = init needs");
  }

  /**
   * The sequence length in tokens; 0 for a network that does not read text.
   *
   * @param configured {@code data.block}
   * @throws InputException if the model has fewer positions
   */
  int block(int configured) {
    if (!(choice instanceof Gpt2Settings gpt2)) {
      return 0;
    }
    int positions = gpt2.sizes() != null ? gpt2.sizes().positions() : starting().positions();
    if (configured > positions) {
      throw new InputException(
          "data.block must be at most the model's positions, " + positions + ": " + configured);
    }
    return configured > 0 ? configured : positions;
  }

  /**
   * The complete network.
   *
   * @param vocabulary vocabulary of the data; null if it is not text
   * @throws InputException if the data has more tokens than the model, or the model more parameters
   *     than a vector holds
   */
  Architecture architecture(@Nullable Vocabulary vocabulary) {
    if (choice instanceof NetworkSettings.Complete complete) {
      return complete.architecture();
    }
    if (stored != null) {
      return stored.architecture();
    }
    Vocabulary tokens = Objects.requireNonNull(vocabulary, "a GPT-2 reads texts");
    Gpt2Config config = config((Gpt2Settings) choice, tokens);
    tokens.requireKnownTo("model.gpt2", Map.of(), config);
    long parameters = Gpt2Layout.of(config).parameterCount();
    if (parameters > MOST_PARAMETERS) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "model.gpt2 must have at most %,d parameters: %,d",
              MOST_PARAMETERS,
              parameters));
    }
    return new Architecture.Gpt2(config, classifies, execution);
  }

  private Gpt2Config config(Gpt2Settings gpt2, Vocabulary tokens) {
    Gpt2Settings.Sizes sizes = gpt2.sizes();
    if (sizes == null) {
      return gpt2.dropout().isPresent()
          ? starting().withDropout(dropout(gpt2.dropout().getAsDouble()))
          : starting();
    }
    int vocabulary =
        sizes.vocabulary() == Gpt2Settings.TOKENIZERS ? tokens.size() : sizes.vocabulary();
    return new Gpt2Config(
        sizes.layers(),
        sizes.heads(),
        sizes.width(),
        sizes.positions(),
        vocabulary,
        4 * sizes.width(),
        dropout(gpt2.dropout().orElse(sizes.defaultDropout())),
        EPSILON);
  }

  private static Gpt2Config.Dropout dropout(double probability) {
    return Gpt2Config.Dropout.of((float) probability);
  }

  private Gpt2Config starting() {
    return Objects.requireNonNull(starting, "model.gpt2.size = init needs model.init-from");
  }
}
