package io.centroid.cli;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import java.io.IOException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What names a trained model. */
final class ModelPlace {
  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT|MODEL_DIR",
      description =
          "Folder of a run (its newest checkpoint is taken), of one checkpoint, or of a model in"
              + " Hugging Face's format.")
  private String model;

  @Option(names = "--best", description = "Of a run, take the checkpoint with the best validation.")
  private boolean best;

  /** Opens the model, to be computed by one of the engines. */
  TrainedModel load(HadoopFiles files, Engines engines) throws IOException {
    return TrainedModel.load(files, model, best, engines);
  }

  String folder() {
    return model;
  }

  /** Of a run, whether the checkpoint with the best validation is meant rather than the newest. */
  boolean best() {
    return best;
  }
}
