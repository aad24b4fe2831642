package io.centroid.cli;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import java.io.IOException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Positional argument and options that locate a trained model. */
final class ModelLocation {
  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT|MODEL_DIR",
      description =
          "Run folder (uses its newest checkpoint), checkpoint folder, or model folder in Hugging"
              + " Face format.")
  private String model;

  @Option(
      names = "--best",
      description = "For a run: use the checkpoint with the best validation metric.")
  private boolean best;

  /** Loads the model; the first engine that supports it computes it. */
  TrainedModel load(HadoopFiles files, Engines engines) throws IOException {
    return TrainedModel.load(files, model, best, engines);
  }

  /** URI of the run, checkpoint or model folder. */
  String folder() {
    return model;
  }

  /** True selects the checkpoint with the best validation metric of a run, false the newest. */
  boolean best() {
    return best;
  }
}
