package io.centroid.cli;

import io.centroid.cli.options.KeyOptions;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.registry.RegistryReference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Positional argument and options that locate a trained model. */
public final class ModelLocation {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "Run folder (uses its newest checkpoint), checkpoint folder, model folder in Hugging Face"
              + " format, any Hadoop URI; or registry:ROOT/MODEL@ALIAS, or"
              + " registry:ROOT/MODEL@VERSION.")
  private String model;

  @Mixin private KeyOptions keys;

  @Option(
      names = "--best",
      description = "For a run: use the checkpoint with the best validation metric.")
  private boolean best;

  /**
   * Loads the model; the first engine that supports it computes it.
   *
   * @param notes receives the version that a registry reference resolves to, and what the model's
   *     files hold in addition to the model
   */
  public TrainedModel load(HadoopFiles files, Engines engines, Consumer<String> notes)
      throws IOException {
    TrainedModel loaded = TrainedModel.load(withKeys(files), folder(files, notes), best, engines);
    loaded.notes().forEach(notes);
    return loaded;
  }

  /** Hadoop properties with the keys of the options. */
  Map<String, String> keys() {
    return keys.properties();
  }

  /** The files with the keys of the options. */
  public HadoopFiles withKeys(HadoopFiles files) {
    return keys.addTo(files);
  }

  /** URI of the run, checkpoint or model folder, which a registry reference is resolved to. */
  public String folder(HadoopFiles files, Consumer<String> notes) throws IOException {
    return RegistryReference.checkpoint(files, model, notes);
  }

  /**
   * Overrides for {@code model.init-from}, if it is a registry reference: the version's checkpoint.
   *
   * @param notes receives the version
   */
  static List<String> initFrom(RunConfig config, HadoopFiles files, Consumer<String> notes)
      throws IOException {
    String start = config.model().initFrom();
    return RegistryReference.isReference(start)
        ? List.of("model.init-from=" + RegistryReference.checkpoint(files, start, notes))
        : List.of();
  }

  /** True selects the checkpoint with the best validation metric of a run, false the newest. */
  public boolean best() {
    return best;
  }
}
