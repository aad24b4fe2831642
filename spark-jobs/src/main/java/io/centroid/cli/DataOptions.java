package io.centroid.cli;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataLocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the data of a trained model. */
public final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Data: a folder of IDX, CSV or JSON Lines files, a CSV or JSON Lines file, or a prepared"
              + " corpus, any Hadoop URI.")
  private @Nullable String data;

  @Option(
      names = "--format",
      paramLabel = "idx|csv|digits|tokens|texts",
      description = "Format of --data.")
  private @Nullable String format;

  @Option(
      names = "--recorded-data",
      description =
          "Use the data that the model was trained on. A model's files name its location, so it is"
              + " opened only with this option; built-in digits need none.")
  private boolean recorded;

  /** Whether {@code --data} names data. */
  public boolean isNamed() {
    return data != null;
  }

  /** The data that the options name, if they do. */
  public DataChoice choice(HadoopFiles files, TrainedModel trained) {
    if (data == null) {
      if (format != null) {
        throw new InputException("--format requires --data");
      }
      return recorded ? DataChoice.RECORDED : DataChoice.NONE;
    }
    if (recorded) {
      throw new InputException("expected --data or --recorded-data, found both");
    }
    return DataChoice.named(DataLocation.overrides(files, data, format, classifiesTexts(trained)));
  }

  private static boolean classifiesTexts(TrainedModel trained) {
    return trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies();
  }
}
